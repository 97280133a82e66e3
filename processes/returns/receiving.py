"""Goods on their way back: where to, by which carrier, and what the shop received."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Kind, NotFound, TuidanError
from processes.cases.locking import locked_order
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.catalog.tables import Shop
from processes.evidence.proving import check_proof
from processes.numbers import next_number
from processes.orders.cancelling import return_units
from processes.returns.tables import Return, return_number
from processes.shipping.shipments import record_return_shipment
from processes.shipping.tables import Interception


class ReturnNotFound(NotFound):
    """There is no such return."""

    code = "return.not_found"


class TrackingMissing(TuidanError):
    """A return needs its carrier and its tracking number."""

    code = "return.tracking_missing"
    kind = Kind.INVALID


def open_return(session: Session, case: CancellationCase, *, actor: Actor, now: dt.datetime) -> Return:
    """Open the return of a case, or open a lapsed one once more.

    The shop's address is copied, so that a later change doesn't send the goods astray.
    """
    returned = find_return(session, case)
    if returned is not None:
        if returned.sent_at is None and returned.opened_at != now:
            returned.reopened_at = now
        return returned
    shop = session.get_one(Shop, case.shop_id)
    returned = Return(
        return_no=next_number(session, return_number, "T", now),
        case_no=case.case_no,
        address=dict(shop.return_address),
        carrier="",
        tracking_no="",
        explanation="",
        opened_at=now,
    )
    session.add(returned)
    record_event(session, case.case_no, "return_opened", actor=actor, now=now, return_no=returned.return_no)
    session.flush()
    return returned


def find_return(session: Session, case: CancellationCase) -> Return | None:
    """Return the return of a case, or None."""
    return session.scalar(sa.select(Return).where(Return.case_no == case.case_no))


def record_return_sent(
    session: Session,
    case: CancellationCase,
    *,
    carrier: str,
    tracking_no: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Record how the buyer sent the goods; the parcel is followed from now on.

    Raises:
        ReturnNotFound: No return was opened.
        TrackingMissing: Carrier or number is empty.
        ShipmentConflict: The order has that parcel for another purpose.
    """
    returned = find_return(session, case)
    if returned is None:
        raise ReturnNotFound
    carrier, tracking_no = carrier.strip(), tracking_no.strip()
    if not carrier or not tracking_no:
        raise TrackingMissing
    record_return_shipment(
        session,
        case_no=case.case_no,
        order_id=case.order_id,
        carrier=carrier,
        tracking_no=tracking_no,
        units=[(line.order_line_id, line.quantity) for line in case.lines],
        now=now,
    )
    if (returned.carrier, returned.tracking_no) == (carrier, tracking_no):
        return
    returned.carrier, returned.tracking_no, returned.sent_at = carrier, tracking_no, now
    record_event(
        session,
        case.case_no,
        "return_sent",
        actor=actor,
        now=now,
        carrier=carrier,
        tracking_no=tracking_no,
    )
    session.flush()


def record_receipt(
    session: Session,
    case: CancellationCase,
    *,
    accepted: bool,
    refusal_code: str,
    explanation: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Record what the shop found in the parcel; accepted goods count as come back, once.

    Raises:
        ReturnNotFound: No return was opened.
        ProofMissing: It isn't as it should be by a code that asks for proof, and there is none.
    """
    returned = find_return(session, case)
    if returned is None:
        raise ReturnNotFound
    if returned.accepted:
        return
    if not accepted:
        check_proof(session, case.case_no, refusal_code)
    returned.accepted = accepted
    returned.inspected_at = now
    returned.refusal_code = None if accepted else refusal_code or None
    returned.explanation = explanation.strip()
    if accepted:
        order = locked_order(session, case.order_id)
        asked = {line.order_line_id: line.quantity for line in case.lines}
        for line in order.lines:
            units = min(asked.get(line.id, 0), line.quantity_shipped - line.quantity_returned)
            if units > 0:
                return_units(session, line, units)
    record_event(
        session,
        case.case_no,
        "return_inspected",
        actor=actor,
        now=now,
        accepted=accepted,
        refusal_code=returned.refusal_code or "",
        explanation=returned.explanation,
    )
    session.flush()


def goods_are_back(session: Session, case: CancellationCase) -> bool:
    """Whether shipped goods of a case have come back.

    They have if the shop accepted them, if it let the time to inspect them pass, or if it
    said that the parcel was intercepted.
    """
    returned = sa.select(sa.literal(1)).where(
        Return.case_no == case.case_no, Return.sent_at.is_not(None), Return.accepted.is_not(False)
    )
    intercepted = sa.select(sa.literal(1)).where(
        Interception.case_no == case.case_no, Interception.intercepted.is_not(False)
    )
    return bool(session.scalar(sa.select(sa.or_(returned.exists(), intercepted.exists()))))


def count_returned(session: Session, case: CancellationCase) -> None:
    """Count the shipped units of a case as come back, unless that was done when they were accepted."""
    returned = find_return(session, case)
    if returned is not None and returned.accepted:
        return
    for line in case.lines:
        left = line.order_line.quantity_shipped - line.order_line.quantity_returned
        if units := min(line.cancelled_shipped, left):
            return_units(session, line.order_line, units)
