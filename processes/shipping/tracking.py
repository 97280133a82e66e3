"""Recording what carriers report. Reports come twice, late and out of order; none does harm."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from processes.cases.locking import locked_order
from processes.instances import lock_instances
from processes.ports import ProcessEngine
from processes.shipping.arriving import refresh_arrival
from processes.shipping.errors import TrackingEventConflict, TrackingEventInFuture, TrackingEventUnknown
from processes.shipping.following import tell_followers
from processes.shipping.intercepting import take_answer, wanting_cases
from processes.shipping.missed import parcel_arrived
from processes.shipping.queries import find_shipment
from processes.shipping.returning import tell_return
from processes.shipping.rules import ANSWERS, TRACKING_EVENTS, Direction, ShipmentState, state_after
from processes.shipping.standing import look_again
from processes.shipping.tables import Shipment, TrackingEvent

CLOCKS_DIFFER = dt.timedelta(minutes=15)
"""How far a carrier's clock may be ahead of ours: one event from the future would outdate all that follow."""


@dataclass(frozen=True, kw_only=True)
class CarrierReport:
    """One event of a parcel as its carrier reports it.

    Attributes:
        event_id: The carrier's number for it; the same one again does nothing.
        event: One of ``TRACKING_EVENTS``.
        at: When it happened.
    """

    event_id: str
    event: str
    at: dt.datetime
    place: str = ""
    note: str = ""


def check_report(report: CarrierReport, now: dt.datetime) -> None:
    """Refuse what can't be right, whether its parcel is known or not.

    Raises:
        TrackingEventUnknown: The event isn't one we know.
        TrackingEventInFuture: It is to have happened later than now.
    """
    if report.event not in TRACKING_EVENTS:
        raise TrackingEventUnknown(event=report.event, known=", ".join(TRACKING_EVENTS))
    if report.at > now + CLOCKS_DIFFER:
        raise TrackingEventInFuture(at=report.at.isoformat())


def record_tracking_event(
    session: Session,
    engine: ProcessEngine,
    *,
    shipment_no: str,
    report: CarrierReport,
    actor: Actor,
    now: dt.datetime,
) -> bool:
    """Record a carrier's report, and tell the parcel's watch and the cases it concerns.

    The watch hears of each event that happened after what is already known, since it counts the days
    without one. An earlier event is recorded and changes nothing, except that damage is always news. A
    carrier's answer to the wish to stop the parcel goes to the cases that wish it, and moves nothing.

    Returns:
        False if the report was recorded before.

    Raises:
        ShipmentNotFound: There is no such parcel.
        TrackingEventUnknown: The event isn't one we know.
        TrackingEventInFuture: It is to have happened later than now.
        TrackingEventConflict: The carrier's event number was recorded with other contents.
    """
    check_report(report, now)
    own_case = sa.select(Shipment.case_no).where(Shipment.shipment_no == shipment_no)
    lock_instances(
        session, sa.union_all(sa.select(sa.literal(shipment_no)), wanting_cases(shipment_no), own_case)
    )
    # Instances before orders, and those before parcels: as steps of cases lock them.
    locked_order(session, find_shipment(session, shipment_no).order_id)
    shipment = find_shipment(session, shipment_no, lock=True)
    if not _append(session, shipment, report, now):
        return False
    if report.event in ANSWERS:
        take_answer(session, engine, shipment, ANSWERS[report.event], actor=actor, now=now)
        return True
    known = session.execute(
        sa.select(TrackingEvent.at, TrackingEvent.event).where(
            TrackingEvent.shipment_id == shipment.id, TrackingEvent.event.not_in(ANSWERS)
        )
    )
    history = [(at, event) for at, event in known]
    before, heard_of, stalled = shipment.state, shipment.last_event_at, shipment.stalled_at
    shipment.state = state_after(history)
    shipment.last_event_at = max(at for at, _ in history)
    latest = heard_of is None or report.at > heard_of
    if latest:
        shipment.stalled_at = shipment.missing_at = None
    if report.event == ShipmentState.DELIVERED:
        shipment.delivered_at = report.at
    session.flush()
    if shipment.case_no and (latest or shipment.state != before):
        tell_followers(session, engine, shipment, actor=actor)
    if shipment.direction == Direction.RETURN:
        tell_return(session, engine, shipment, report.event, report.at, actor=actor, now=now)
    else:
        moved_on = shipment.state == report.event and shipment.state != before
        if moved_on or latest or report.event == ShipmentState.DAMAGED:
            payload = {"event": str(report.event), "at": report.at.astimezone(dt.UTC).isoformat()}
            engine.correlate(
                session, "tracking_event", business_key=shipment_no, payload=payload, actor=actor
            )
            take_answer(session, engine, shipment, None, actor=actor, now=now)
        arrived = shipment.state in (ShipmentState.DELIVERED, ShipmentState.RETURNED)
        if arrived or stalled != shipment.stalled_at:
            look_again(session, shipment.order_id, now=now)
        if moved_on and shipment.state == ShipmentState.DELIVERED:
            parcel_arrived(session, shipment, actor=actor, now=now)
        if arrived:
            refresh_arrival(session, shipment.order_id, now=now)
    return True


def _append(session: Session, shipment: Shipment, report: CarrierReport, now: dt.datetime) -> bool:
    written = session.execute(
        postgresql.insert(TrackingEvent)
        .values(
            id=new_id(),
            shipment_id=shipment.id,
            event_id=report.event_id,
            event=report.event,
            at=report.at,
            place=report.place,
            note=report.note,
            received_at=now,
        )
        .on_conflict_do_nothing(index_elements=["shipment_id", "event_id"])
        .returning(TrackingEvent.id)
    ).first()
    if written is not None:
        session.expire(shipment, ["events"])
        return True
    recorded = session.scalars(
        sa.select(TrackingEvent).where(
            TrackingEvent.shipment_id == shipment.id, TrackingEvent.event_id == report.event_id
        )
    ).one()
    if (recorded.event, recorded.at) != (report.event, report.at):
        raise TrackingEventConflict(event_id=report.event_id)
    return False
