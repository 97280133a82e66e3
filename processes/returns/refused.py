"""What becomes of units that the shop has and didn't accept: back to the buyer, or left to the shop.

They are his. As long as they are in the shop they are in none of its stock; they get there only if he
leaves them, and then into quarantine, until somebody has looked at them.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM, Actor
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.catalog.rules import Treatment
from processes.catalog.stock import apply_treatment
from processes.orders.cancelling import return_units
from processes.orders.tables import OrderLine
from processes.returns.errors import NothingToGiveBack
from processes.returns.rules import Finding, in_shop
from processes.returns.sending import find_return, named, outstanding
from processes.returns.tables import RefusedGoods
from processes.shipping.case_shipments import record_case_shipment
from processes.shipping.rules import Direction


def count_refused(session: Session, case: CancellationCase, *, now: dt.datetime) -> int:
    """Count the units that are in the shop and that nobody has accepted; once for each case.

    Returns:
        How many there are to give back.
    """
    known = session.get(RefusedGoods, case.case_no)
    if known is not None:
        return known.units
    returned = find_return(session, case)
    if returned is None or returned.inspected_at is None:
        return 0
    last = {one.order_line_id: one.finding for one in returned.findings if one.round == returned.round}
    lines = [
        {"order_line_id": str(line.order_line_id), "own": found.own, "foreign": found.foreign}
        for line, units in outstanding(case)
        if (found := in_shop(units, last.get(line.order_line_id, Finding()))).total
    ]
    if not lines:
        return 0
    refused = RefusedGoods(case_no=case.case_no, lines=lines, counted_at=now, carrier="", tracking_no="")
    session.add(refused)
    session.flush()
    return refused.units


def keep_refused(session: Session, case: CancellationCase, *, actor: Actor, now: dt.datetime) -> None:
    """The buyer leaves them: they count as come back, and go into quarantine; once.

    Raises:
        NothingToGiveBack: There are none.
    """
    refused = _refused(session, case)
    if refused.way is not None:
        return
    refused.way, refused.chosen_at = "leave", now
    found = {uuid.UUID(line["order_line_id"]): int(line["own"]) for line in refused.lines if line["own"]}
    lines = session.scalars(
        sa.select(OrderLine).where(OrderLine.id.in_(found)).order_by(OrderLine.variant_id, OrderLine.id)
    ).all()
    for line in lines:
        apply_treatment(
            session,
            line.variant_id,
            Treatment.QUARANTINE,
            shipped=found[line.id],
            unshipped=0,
            reference=f"{case.case_no}:{line.id}:refused",
            now=now,
        )
        if units := min(found[line.id], line.quantity_shipped - line.quantity_returned):
            return_units(session, line, units)
    record_event(session, case.case_no, "refused_left", actor=actor, now=now, units=refused.units)
    session.flush()


def record_refused_sent(
    session: Session,
    case: CancellationCase,
    *,
    carrier: str,
    tracking_no: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Record how the shop sent them back; the parcel is followed. The same one again does nothing.

    Raises:
        NothingToGiveBack: There are none.
        TrackingMissing: Carrier or number is empty.
        ShipmentConflict: The order has that parcel for another purpose.
    """
    refused = _refused(session, case)
    carrier, tracking_no = named(carrier, tracking_no)
    _record_parcel(session, case, refused, carrier, tracking_no, now)
    if refused.sent_at is None:
        _note_sent(session, refused, carrier, tracking_no, actor, now)


def resend_refused(
    session: Session,
    case: CancellationCase,
    *,
    carrier: str,
    tracking_no: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Record how the shop sent them once more, as the parcel before is missing; followed like that one.

    Raises:
        NothingToGiveBack: There are none.
        ShipmentConflict: The order has that parcel for another purpose.
    """
    refused = _refused(session, case)
    _record_parcel(session, case, refused, carrier, tracking_no, now)
    if (refused.carrier, refused.tracking_no) != (carrier, tracking_no):
        refused.read_at = None
        _note_sent(session, refused, carrier, tracking_no, actor, now)


def choose_back(session: Session, case: CancellationCase, *, lapsed: bool, now: dt.datetime) -> None:
    """They go back: as the buyer chose, or because he let the time to choose pass; once.

    Raises:
        NothingToGiveBack: There are none.
    """
    refused = _refused(session, case)
    if refused.way is None:
        refused.way, refused.chosen_at, refused.lapsed = "back", now, lapsed
        session.flush()


def record_refused_reading(session: Session, case: CancellationCase, actor: Actor, now: dt.datetime) -> None:
    """Record that the buyer has seen that they were sent, when it is he who reads, the first time only."""
    if not actor.may_act_for(f"buyer:{case.buyer_id}"):
        return
    session.execute(
        sa.update(RefusedGoods)
        .where(
            RefusedGoods.case_no == case.case_no,
            RefusedGoods.sent_at.is_not(None),
            RefusedGoods.read_at.is_(None),
        )
        .values(read_at=sa.func.greatest(RefusedGoods.sent_at, now))
    )


def close_refused(
    session: Session, case: CancellationCase, *, acknowledged: bool, actor: Actor, now: dt.datetime
) -> None:
    """Record that the buyer has them again, or that he let the time to say so pass; once.

    Raises:
        NothingToGiveBack: There are none.
    """
    refused = _refused(session, case)
    if refused.acknowledged_at is not None or refused.unconfirmed_at is not None:
        return
    if acknowledged:
        refused.acknowledged_at = now
        record_event(session, case.case_no, "refused_acknowledged", actor=actor, now=now)
    else:
        refused.unconfirmed_at = now
        record_event(session, case.case_no, "refused_unconfirmed", actor=SYSTEM, now=now)
    session.flush()


def refused_of(session: Session, case: CancellationCase) -> RefusedGoods | None:
    """Return what became of the units of a case that the shop didn't accept, or None."""
    return session.get(RefusedGoods, case.case_no, populate_existing=True)


def _record_parcel(
    session: Session,
    case: CancellationCase,
    refused: RefusedGoods,
    carrier: str,
    tracking_no: str,
    now: dt.datetime,
) -> None:
    record_case_shipment(
        session,
        direction=Direction.REFUSED,
        case_no=case.case_no,
        order_id=case.order_id,
        carrier=carrier,
        tracking_no=tracking_no,
        units=[
            (uuid.UUID(line["order_line_id"]), int(line["own"]) + int(line["foreign"]))
            for line in refused.lines
        ],
        now=now,
    )


def _note_sent(
    session: Session, refused: RefusedGoods, carrier: str, tracking_no: str, actor: Actor, now: dt.datetime
) -> None:
    refused.carrier, refused.tracking_no, refused.sent_at = carrier, tracking_no, now
    record_event(
        session,
        refused.case_no,
        "refused_sent",
        actor=actor,
        now=now,
        carrier=carrier,
        tracking_no=tracking_no,
    )
    session.flush()


def _refused(session: Session, case: CancellationCase) -> RefusedGoods:
    refused = session.get(RefusedGoods, case.case_no, with_for_update=True, populate_existing=True)
    if refused is None:
        raise NothingToGiveBack
    return refused
