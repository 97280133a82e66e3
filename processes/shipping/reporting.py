"""Taking reports by carrier and tracking number: each on its own, so that one that fails stops no other."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import TuidanError
from processes.orders.tables import Order
from processes.ports import ProcessEngine
from processes.shipping.errors import ParcelUnknown, TrackingEventConflict
from processes.shipping.keeping import keep, kept_before
from processes.shipping.tables import Shipment, TrackingEvent
from processes.shipping.tracking import CarrierReport, check_report, record_tracking_event

Transaction = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, kw_only=True)
class ParcelReport:
    """An event of a parcel, which is named as its carrier names it."""

    carrier: str
    tracking_no: str
    report: CarrierReport


class Result(enum.StrEnum):
    """What became of a report that wasn't refused."""

    RECORDED = "recorded"
    KNOWN = "known"
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a report.

    Attributes:
        result: A ``Result``, or ``refused``.
        code: Why it was refused.
    """

    event_id: str
    result: str
    code: str = ""


def take_report(
    session: Session,
    engine: ProcessEngine,
    one: ParcelReport,
    *,
    shops: Collection[uuid.UUID] = (),
    actor: Actor,
    now: dt.datetime,
) -> Result:
    """Record an event of every parcel of that carrier and number; several orders may share one.

    One whose parcel nobody has told of yet is kept until somebody does.

    Args:
        session: The caller's transaction.
        engine: Takes messages to watches and cases.
        one: What is reported.
        shops: Whose parcels alone may be reported; none: everybody's. Others' look unknown.
        actor: Who reports.
        now: When.

    Raises:
        TrackingEventUnknown: The event isn't one we know.
        TrackingEventInFuture: It is to have happened later than now.
        TrackingEventConflict: The carrier's event number was recorded with other contents.
        TooManyKept: The same source has too many events waiting for parcels.
    """
    check_report(one.report, now)
    numbers = session.scalars(_numbers(one, shops)).all()
    if not numbers:
        new = keep(
            session,
            carrier=one.carrier,
            tracking_no=one.tracking_no,
            report=one.report,
            shops=shops,
            actor=actor,
            now=now,
        )
        return Result.KEPT if new else Result.KNOWN
    recorded = [
        record_tracking_event(session, engine, shipment_no=number, report=one.report, actor=actor, now=now)
        for number in numbers
    ]
    return Result.RECORDED if any(recorded) else Result.KNOWN


def foresee(
    session: Session, one: ParcelReport, *, shops: Collection[uuid.UUID], actor: Actor, now: dt.datetime
) -> Result:
    """Return what would become of a report now; see :func:`take_report`.

    Raises:
        TrackingEventUnknown: The event isn't one we know.
        TrackingEventInFuture: It is to have happened later than now.
        TrackingEventConflict: The carrier's event number was recorded, or kept, with other contents.
    """
    check_report(one.report, now)
    numbers = session.scalars(_numbers(one, shops)).all()
    known: Sequence[tuple[str, dt.datetime]]
    if numbers:
        known = [
            (row.event, row.at)
            for row in session.execute(
                sa.select(TrackingEvent.event, TrackingEvent.at)
                .join(TrackingEvent.shipment)
                .where(Shipment.shipment_no.in_(numbers), TrackingEvent.event_id == one.report.event_id)
            )
        ]
    else:
        known = kept_before(
            session,
            source=actor.id,
            carrier=one.carrier,
            tracking_no=one.tracking_no,
            event_id=one.report.event_id,
        )
    if any(before != (one.report.event, one.report.at) for before in known):
        raise TrackingEventConflict(event_id=one.report.event_id)
    if len(known) >= max(1, len(numbers)):
        return Result.KNOWN
    return Result.RECORDED if numbers else Result.KEPT


def _numbers(one: ParcelReport, shops: Collection[uuid.UUID]) -> sa.Select[str]:
    query = (
        sa.select(Shipment.shipment_no)
        .where(Shipment.tracking_no == one.tracking_no, Shipment.carrier == one.carrier)
        .order_by(Shipment.shipment_no)
    )
    return query.join(Shipment.order).where(Order.shop_id.in_(shops)) if shops else query


def take_reports(
    transaction: Transaction,
    engine: ProcessEngine,
    reports: Iterable[ParcelReport],
    *,
    carriers: Iterable[str],
    actor: Actor,
    now: dt.datetime,
) -> list[Taken]:
    """Take a batch, each report in a transaction of its own; the order in it makes no difference.

    Args:
        transaction: Opens a transaction.
        engine: Takes messages to watches and cases.
        reports: What a feed sent.
        carriers: Whose parcels it may report; none: everybody's.
        actor: The feed.
        now: When.
    """
    allowed = frozenset(carriers)
    taken = []
    for one in reports:
        event_id = one.report.event_id
        try:
            if allowed and one.carrier not in allowed:
                # The same as for a parcel that doesn't exist: a feed learns nothing of others'.
                raise ParcelUnknown(carrier=one.carrier, tracking_no=one.tracking_no)
            with transaction() as session:
                result = take_report(session, engine, one, actor=actor, now=now)
        except TuidanError as refusal:
            taken.append(Taken(event_id=event_id, result="refused", code=refusal.code))
        else:
            taken.append(Taken(event_id=event_id, result=result.value))
    return taken
