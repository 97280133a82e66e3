"""Goods on their way back: where to, by which carrier, and under which number."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from engine.actors import Actor
from processes.cases.access import visible_case
from processes.cases.errors import CaseNotFound
from processes.cases.tables import CancellationCase, CaseLine
from processes.cases.timeline import record_event
from processes.catalog.tables import Shop
from processes.money.currencies import major_units, minor_units
from processes.numbers import next_number
from processes.ports import ProcessEngine
from processes.returns.errors import (
    CarriageInvalid,
    NotResendable,
    ReturnNotFound,
    TrackingMissing,
)
from processes.returns.tables import Return, ReturnFinding, return_number
from processes.shipping.case_shipments import record_return_shipment

SEND_AGAIN = "return_sent_again"


def open_return(
    session: Session,
    case: CancellationCase,
    *,
    actor: Actor,
    now: dt.datetime,
    resends: int = 0,
    carriage_limit: int = 0,
    rejected_payer: str = "",
) -> Return:
    """Open the return of a case; open a lapsed one once more, or a rejected one for another parcel.

    The shop's address is copied, so that a later change doesn't send the goods astray.

    Args:
        session: The caller's transaction.
        case: Whose goods.
        actor: For the timeline.
        now: When.
        resends: How often the buyer may send goods again that were not accepted.
        carriage_limit: The most that he gets back of carriage that he pays himself, in minor units.
        rejected_payer: Who bears the carriage if it isn't accepted; empty for whoever pays it.
    """
    returned = find_return(session, case)
    if returned is not None:
        if returned.inspected_at is not None:
            _begin_round(session, returned, actor=actor, now=now)
        elif returned.sent_at is None and returned.opened_at != now:
            returned.reopened_at = now
        return returned
    shop = session.get_one(Shop, case.shop_id)
    returned = Return(
        return_no=next_number(session, return_number, "T", now),
        case_no=case.case_no,
        address=dict(shop.return_address),
        round=1,
        resends=resends,
        carriage_paid=0,
        carriage_limit=carriage_limit,
        carriage_given=0,
        rejected_payer=rejected_payer,
        carrier="",
        tracking_no="",
        explanation="",
        opened_at=now,
    )
    session.add(returned)
    record_event(session, case.case_no, "return_opened", actor=actor, now=now, return_no=returned.return_no)
    session.flush()
    return returned


def find_return(session: Session, case: CancellationCase, *, with_findings: bool = False) -> Return | None:
    """Return the return of a case, with what the shop found if that is to be shown, or None."""
    query = sa.select(Return).where(Return.case_no == case.case_no)
    if with_findings:
        query = query.options(selectinload(Return.findings).joinedload(ReturnFinding.order_line))
    return session.scalar(query)


def outstanding(case: CancellationCase) -> list[tuple[CaseLine, int]]:
    """Return the lines of which the shop has not accepted all units, and how many it hasn't."""
    left = ((line, line.quantity - (line.accepted or 0)) for line in case.lines)
    return [(line, units) for line, units in left if units > 0]


def record_return_sent(
    session: Session,
    case: CancellationCase,
    *,
    carrier: str,
    tracking_no: str,
    actor: Actor,
    now: dt.datetime,
    carriage: str = "",
    labelled: bool = False,
) -> None:
    """Record how the buyer sent the goods; the parcel is followed from now on.

    Args:
        session: The caller's transaction.
        case: Whose goods.
        carrier: As the buyer names it.
        tracking_no: As the buyer gives it.
        actor: The buyer.
        now: When.
        carriage: What he has paid the carrier, in the currency's own unit; empty for nothing.
        labelled: The shop pays the carrier: by its label, or on delivery. Then he has paid nothing.

    Raises:
        ReturnNotFound: No return was opened.
        TrackingMissing: Carrier or number is empty.
        CarriageInvalid: The amount isn't one, or is more than the goods come to.
        ShipmentConflict: The order has that parcel for another purpose.
    """
    returned = find_return(session, case)
    if returned is None:
        raise ReturnNotFound
    carrier, tracking_no = named(carrier, tracking_no)
    paid = 0 if labelled else _carriage(case, carriage)
    units = send_parcel(session, case, carrier=carrier, tracking_no=tracking_no, now=now)
    if (returned.carrier, returned.tracking_no) == (carrier, tracking_no):
        return
    returned.carrier, returned.tracking_no, returned.sent_at = carrier, tracking_no, now
    returned.carriage_paid += paid
    returned.labelled_units += units if labelled else 0
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


def send_parcel(
    session: Session, case: CancellationCase, *, carrier: str, tracking_no: str, now: dt.datetime
) -> int:
    """Record a parcel with all units that the shop has not accepted, and return how many these are.

    Raises:
        ShipmentConflict: The order has that parcel for another purpose.
    """
    units = [(line.order_line_id, count) for line, count in outstanding(case)]
    record_return_shipment(
        session,
        case_no=case.case_no,
        order_id=case.order_id,
        carrier=carrier,
        tracking_no=tracking_no,
        units=units,
        now=now,
    )
    return sum(count for _, count in units)


def send_again(session: Session, engine: ProcessEngine, case_no: str, *, actor: Actor) -> None:
    """Let the buyer send the right goods after a rejection, as often as the rules allow.

    Raises:
        CaseNotFound: There is none, or the actor isn't its buyer.
        ReturnNotFound: No return was opened.
        NotResendable: Nothing was rejected, or he has sent goods again as often as he may.
    """
    case = visible_case(session, case_no, actor)
    if not actor.may_act_for(f"buyer:{case.buyer_id}"):
        raise CaseNotFound
    returned = find_return(session, case)
    if returned is None:
        raise ReturnNotFound
    taken = may_send_again(returned) and engine.correlate(
        session, SEND_AGAIN, business_key=case_no, actor=actor
    )
    if not taken:
        raise NotResendable(return_no=returned.return_no)
    session.flush()


def may_send_again(returned: Return) -> bool:
    """Whether the rules allow another parcel after what was found in the last one."""
    return returned.inspected_at is not None and returned.round <= returned.resends


def _begin_round(session: Session, returned: Return, *, actor: Actor, now: dt.datetime) -> None:
    """The buyer sends goods once more; what was found in the parcel before stays on record."""
    returned.round += 1
    returned.carrier = returned.tracking_no = returned.explanation = ""
    returned.sent_at = returned.corrected_at = returned.inspected_at = None
    returned.accepted = returned.refusal_code = None
    record_event(session, returned.case_no, "return_again", actor=actor, now=now, number=returned.round)
    session.flush()


def _carriage(case: CancellationCase, written: str) -> int:
    """What a buyer says that he paid, in minor units; the goods themselves cost more than that."""
    if not written.strip():
        return 0
    paid = minor_units(written, case.currency)
    if paid is None or paid > case.amount:
        raise CarriageInvalid(most=str(major_units(case.amount, case.currency)), currency=case.currency)
    return paid


def named(carrier: str, tracking_no: str) -> tuple[str, str]:
    """Return a parcel's carrier and number as they are kept.

    Raises:
        TrackingMissing: One of them is empty.
    """
    carrier, tracking_no = carrier.strip(), tracking_no.strip()
    if not carrier or not tracking_no:
        raise TrackingMissing
    return carrier, tracking_no
