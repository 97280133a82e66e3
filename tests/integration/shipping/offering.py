"""Looking at the offers to cancel, and taking one."""

from __future__ import annotations

import sqlalchemy as sa

from processes.notifications.tables import Notification
from processes.shipping.offers import take_offer
from processes.shipping.tables import CancellationOffer
from tests.integration.cases.play import Play


def offers(play: Play) -> list[CancellationOffer]:
    """All offers, by reason."""
    query = sa.select(CancellationOffer).order_by(CancellationOffer.reason, CancellationOffer.id)
    with play.tuidan.transaction() as session:
        found = session.scalars(query).all()
        session.expunge_all()
        return list(found)


def told(play: Play) -> int:
    """How often buyers were told of one."""
    query = sa.select(sa.func.count()).where(Notification.template == "cancellation_offered")
    with play.tuidan.transaction() as session:
        return session.scalar(query) or 0


def take(play: Play, offer: CancellationOffer) -> str:
    """The buyer takes an offer; returns its case."""
    with play.tuidan.transaction() as session:
        now = play.clock.now()
        case = take_offer(session, play.tuidan.engine, offer.id, text="未发货", actor=play.buyer, now=now)
        case_no = case.case_no
    play.work()
    return case_no
