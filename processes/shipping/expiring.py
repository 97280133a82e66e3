"""Ending the offers to cancel that nobody has taken in time."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from processes.shipping.keeping import Transaction
from processes.shipping.rules import OfferEnd
from processes.shipping.tables import CancellationOffer

BATCH = 500


def expire_offers(transaction: Transaction, now: dt.datetime) -> bool:
    """End the offers whose time is up; several workers can do so beside each other.

    Returns:
        Whether there may be more to do.
    """
    due = (
        sa.select(CancellationOffer.id)
        .where(
            CancellationOffer.valid_until <= now,
            CancellationOffer.lapsed_at.is_(None),
            CancellationOffer.case_no.is_(None),
        )
        .order_by(CancellationOffer.valid_until)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with transaction() as session:
        ended = session.execute(
            sa.update(CancellationOffer)
            .where(CancellationOffer.id.in_(due))
            .values(lapsed_at=CancellationOffer.valid_until, ended_by=OfferEnd.EXPIRED)
            .returning(CancellationOffer.id)
        ).all()
    return len(ended) == BATCH
