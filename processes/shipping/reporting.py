"""Taking reports by carrier and tracking number: each on its own, so that one that fails stops no other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import TuidanError
from processes.ports import ProcessEngine
from processes.shipping.errors import ParcelUnknown
from processes.shipping.tables import Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event

Transaction = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, kw_only=True)
class ParcelReport:
    """An event of a parcel, which is named as its carrier names it."""

    carrier: str
    tracking_no: str
    report: CarrierReport


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a report.

    Attributes:
        result: ``recorded``, ``known`` or ``refused``.
        code: Why it was refused.
    """

    event_id: str
    result: str
    code: str = ""


def take_report(
    session: Session, engine: ProcessEngine, one: ParcelReport, *, actor: Actor, now: dt.datetime
) -> bool:
    """Record an event of every parcel of that carrier and number; several orders may share one.

    Returns:
        False if all of them knew it.

    Raises:
        ParcelUnknown: No order has such a parcel.
        TrackingEventUnknown: The event isn't one we know.
        TrackingEventConflict: The carrier's event number was recorded with other contents.
    """
    numbers = session.scalars(
        sa.select(Shipment.shipment_no)
        .where(Shipment.tracking_no == one.tracking_no, Shipment.carrier == one.carrier)
        .order_by(Shipment.shipment_no)
    ).all()
    if not numbers:
        raise ParcelUnknown(carrier=one.carrier, tracking_no=one.tracking_no)
    recorded = [
        record_tracking_event(session, engine, shipment_no=number, report=one.report, actor=actor, now=now)
        for number in numbers
    ]
    return any(recorded)


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
                recorded = take_report(session, engine, one, actor=actor, now=now)
        except TuidanError as refusal:
            taken.append(Taken(event_id=event_id, result="refused", code=refusal.code))
        else:
            taken.append(Taken(event_id=event_id, result="recorded" if recorded else "known"))
    return taken
