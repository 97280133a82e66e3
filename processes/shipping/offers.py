"""Taking a cancellation that the platform has offered: one click, and nothing to prove."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.requesting import RequestCancellation, request_cancellation
from processes.cases.tables import CancellationCase
from processes.orders.orders import order_by_id
from processes.ports import ProcessEngine
from processes.shipping.errors import OfferLapsed, OfferNotFound
from processes.shipping.offered_units import ground_of
from processes.shipping.tables import CancellationOffer


def find_offer(
    session: Session, offer_id: uuid.UUID, actor: Actor, *, lock: bool = False
) -> CancellationOffer:
    """Return an offer made to an actor.

    Raises:
        OfferNotFound: There is none, or it was made to somebody else.
    """
    query = sa.select(CancellationOffer).where(CancellationOffer.id == offer_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    offer = session.scalar(query)
    if offer is None or not actor.may_act_for(f"buyer:{offer.order.buyer_id}"):
        raise OfferNotFound
    return offer


def take_offer(
    session: Session,
    engine: ProcessEngine,
    offer_id: uuid.UUID,
    *,
    text: str,
    actor: Actor,
    now: dt.datetime,
) -> CancellationCase:
    """Ask for what was offered, for the goods it is about; taken twice, it is one case.

    The records that led to the offer stand for the evidence that a buyer would have to bring.

    Args:
        session: The caller's transaction; order and offer are locked here.
        engine: Carries the case.
        offer_id: Which offer.
        text: What the records say, for the shop to read.
        actor: The buyer.
        now: When.

    Raises:
        OfferNotFound: There is none, or it was made to somebody else.
        OfferLapsed: The goods arrived, left or are in another case, or the offer's time is up.
        NotEligible: The tables don't allow it any more.
        LineAlreadyInCase: Another case is open about the goods.
    """
    order_id = find_offer(session, offer_id, actor).order_id
    # The order before the offer: as a report does that takes the offer back.
    order = order_by_id(session, order_id, lock=True)
    offer = find_offer(session, offer_id, actor, lock=True)
    if offer.case_no is not None:
        return session.get_one(CancellationCase, offer.case_no)
    if not offer.stands(now):
        raise OfferLapsed
    units = ground_of(session, order).free(offer.reason, offer.shipment)
    if not units:
        raise OfferLapsed
    again = f":{offer.made}" if offer.made > 1 else ""
    case = request_cancellation(
        session,
        engine,
        RequestCancellation(
            order_no=order.order_no,
            lines=tuple(units),
            reason=offer.reason,
            text=text,
            idempotency_key=f"offer:{offer.id}{again}",
            offer=str(offer.id),
        ),
        actor,
        now,
    )
    offer.case_no = case.case_no
    session.flush()
    return case
