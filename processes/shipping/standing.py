"""Offers to cancel, before the buyer asks: made while they are true and their goods free, ended otherwise.

There is one way for all of them, whether a parcel is behind one or none has left in time. What is
noticed while a case is open about the goods is kept, and offered when that case has ended otherwise.
Whoever changes what offers rest on (opens or ends a case, hears from a parcel, ships the last
unit) has :func:`look_again` put them right, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.locking import locked_order
from processes.notifications.sending import notify
from processes.orders.rules import OrderState
from processes.orders.tables import Order
from processes.shipping.offered_units import Ground, ground_of
from processes.shipping.rules import PASSING, OfferEnd, Parcel, ShipmentState, untrue_since
from processes.shipping.tables import CancellationOffer, Shipment

OFFER_TEMPLATE = "cancellation_offered"
NOT_SHIPPED = "L_NOSHIP"


def offer(
    session: Session,
    order: Order,
    *,
    reason: str,
    parcel: Shipment | None = None,
    days: int | None = None,
    now: dt.datetime,
) -> bool:
    """Offer a buyer to cancel, and tell him; if a case is open about the goods, as soon as it has ended.

    What was offered before isn't offered again, unless it had ended for a time only.

    Args:
        session: The caller's transaction.
        order: With its lines, and locked.
        reason: Such as ``L_DELAY``.
        parcel: The parcel that it is about; None for what hasn't been shipped.
        days: After how many it lapses by itself; None for never.
        now: When.

    Returns:
        Whether it was made now.
    """
    if order.state in (OrderState.CANCELLED, OrderState.COMPLETED):
        return False
    ground = ground_of(session, order)
    one = next((one for one in ground.offers if (one.reason, one.shipment) == (reason, parcel)), None)
    if one is not None and one.ended_by not in PASSING:
        return False
    if not ground.units(reason, parcel):
        return False
    valid_until = None if days is None else now + dt.timedelta(days=days)
    if one is None:
        one = CancellationOffer(order_id=order.id, shipment=parcel, reason=reason, made=0)
        session.add(one)
    one.offered_at, one.valid_until = now, valid_until
    one.lapsed_at, one.ended_by = now, OfferEnd.IN_CASE
    if reason == "L_LOST":
        _replace_delay(ground, parcel, now)
    if ground.free(reason, parcel):
        _make(session, order, one, now)
    session.flush()
    return one.lapsed_at is None


def look_again(session: Session, order_id: uuid.UUID, *, now: dt.datetime, taken: str = "") -> None:
    """Put an order's offers right: end what isn't true or not free, make again what is.

    Args:
        session: The caller's transaction; the order is locked here.
        order_id: Which order.
        now: When.
        taken: The id of the offer that is being taken; it is left alone.
    """
    order = locked_order(session, order_id)
    if not has_offers(session, order_id):
        return
    ground = ground_of(session, order)
    open_cases = {line.case_no for line, _, _, _ in ground.cases if line.open}
    for one in ground.offers:
        passing = one.lapsed_at is None or one.ended_by == OfferEnd.IN_CASE
        if str(one.id) == taken or not passing or one.case_no in open_cases:
            continue
        end = _end_of(order, one, ground, now)
        if end is None and one.lapsed_at is None and one.case_no is None:
            continue
        if end is None:
            _make(session, order, one, now)
        elif one.case_no is None:
            _end(one, end, now)
    session.flush()


def has_offers(session: Session, order_id: uuid.UUID) -> bool:
    """Whether anything was ever noticed about an order."""
    noticed = sa.exists().where(CancellationOffer.order_id == order_id)
    return bool(session.scalar(sa.select(noticed)))


def _end_of(order: Order, one: CancellationOffer, ground: Ground, now: dt.datetime) -> OfferEnd | None:
    """Why an offer can't stand now; None if it can."""
    if order.state == OrderState.COMPLETED:
        return OfferEnd.COMPLETED
    parcel = one.shipment
    if parcel is not None:
        lost = parcel.state == ShipmentState.LOST or any(
            other.reason == "L_LOST" and other.shipment is parcel for other in ground.offers
        )
        facts = Parcel(
            state=parcel.state,
            lost=lost,
            stalled=parcel.stalled_at is not None,
            promised_at=parcel.promised_at,
        )
        if (end := untrue_since(one.reason, facts, now)) is not None:
            return end
    if ground.free(one.reason, parcel):
        return None
    if ground.units(one.reason, parcel):
        return OfferEnd.IN_CASE
    shipped = parcel is None and any(line.quantity_live for line in order.lines)
    return OfferEnd.SHIPPED if shipped else OfferEnd.CANCELLED


def _make(session: Session, order: Order, one: CancellationOffer, now: dt.datetime) -> None:
    if one.valid_until is not None:
        one.valid_until += now - one.offered_at
    one.made += 1
    one.offered_at = now
    one.lapsed_at = one.ended_by = one.case_no = None
    about = one.shipment.shipment_no if one.shipment else order.order_no
    again = f":{one.made}" if one.made > 1 else ""
    params = {"order_no": order.order_no, "reason": one.reason}
    notify(
        session,
        to="buyer",
        template=OFFER_TEMPLATE,
        params=params | ({"shipment_no": about} if one.shipment else {}),
        link=f"order:{order.order_no}",
        key=f"offer:{about}:{one.reason}{again}",
        now=now,
        buyer_id=order.buyer_id,
        shop_id=order.shop_id,
    )


def _end(one: CancellationOffer, end: OfferEnd, now: dt.datetime) -> None:
    if one.ended_by != end:
        one.lapsed_at, one.ended_by = now, end


def _replace_delay(ground: Ground, parcel: Shipment | None, now: dt.datetime) -> None:
    """A parcel that counts as lost isn't late any more."""
    for other in ground.offers:
        standing = other.case_no is None and (other.lapsed_at is None or other.ended_by in PASSING)
        if other.reason == "L_DELAY" and other.shipment is parcel and standing:
            _end(other, OfferEnd.LOST, now)
