"""Tracking events that came before their parcel: kept for a while, and recorded once it is known.

A shop's system may tell of a parcel later than its carrier does. Nobody has to send such an event
again; one whose parcel never comes is shown as expired, and forgotten in the end.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import TuidanError
from engine.ids import new_id
from processes.orders.tables import Order
from processes.ports import ProcessEngine
from processes.shipping.errors import TooManyKept, TrackingEventConflict
from processes.shipping.tables import KeptEvent, Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event

Transaction = Callable[[], AbstractContextManager[Session]]

KEPT_FOR = dt.timedelta(days=14)
"""How long an event waits for its parcel."""

SHOWN_FOR = dt.timedelta(days=90)
"""How long one that waited in vain is still listed."""

MOST_KEPT = 20_000
"""Of one source: more can only be a mistake, and must not fill the database."""

BATCH = 200
PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class KeptPage:
    """Some kept events, the latest first; ``next`` is the id that the next page begins behind."""

    events: Sequence[KeptEvent]
    next: uuid.UUID | None


def keep(
    session: Session,
    *,
    carrier: str,
    tracking_no: str,
    report: CarrierReport,
    shops: Iterable[uuid.UUID],
    actor: Actor,
    now: dt.datetime,
) -> bool:
    """Keep an event until its parcel is known.

    Args:
        session: The caller's transaction.
        carrier: Of the parcel.
        tracking_no: Of the parcel.
        report: What it says.
        shops: Whose parcels alone it may concern; none: everybody's.
        actor: Who reported it.
        now: When.

    Returns:
        False if it was kept before.

    Raises:
        TooManyKept: The same source has more of them waiting than can be right.
        TrackingEventConflict: The event's number was kept with other contents.
    """
    waiting = (
        sa.select(KeptEvent.id)
        .where(KeptEvent.source == actor.id, KeptEvent.expired_at.is_(None))
        .limit(MOST_KEPT)
        .subquery()
    )
    if (session.scalar(sa.select(sa.func.count()).select_from(waiting)) or 0) >= MOST_KEPT:
        raise TooManyKept(maximum=MOST_KEPT)
    written = session.execute(
        postgresql.insert(KeptEvent)
        .values(
            id=new_id(),
            carrier=carrier,
            tracking_no=tracking_no,
            event_id=report.event_id,
            event=report.event,
            at=report.at,
            place=report.place,
            note=report.note,
            shops=sorted(str(shop) for shop in shops),
            source=actor.id,
            source_name=actor.name,
            received_at=now,
        )
        .on_conflict_do_nothing(index_elements=["source", "carrier", "tracking_no", "event_id"])
        .returning(KeptEvent.id)
    ).first()
    if written is not None:
        return True
    before = kept_before(
        session, source=actor.id, carrier=carrier, tracking_no=tracking_no, event_id=report.event_id
    )
    if before != [(report.event, report.at)]:
        raise TrackingEventConflict(event_id=report.event_id)
    return False


def kept_before(
    session: Session, *, source: str, carrier: str, tracking_no: str, event_id: str
) -> list[tuple[str, dt.datetime]]:
    """Return event and instant of what a source has reported by that number before, if it was kept."""
    rows = session.execute(
        sa.select(KeptEvent.event, KeptEvent.at).where(
            KeptEvent.source == source,
            KeptEvent.carrier == carrier,
            KeptEvent.tracking_no == tracking_no,
            KeptEvent.event_id == event_id,
        )
    )
    return [(row.event, row.at) for row in rows]


def apply_kept(transaction: Transaction, engine: ProcessEngine, now: dt.datetime) -> bool:
    """Record kept events whose parcels have become known, the earliest first.

    Each in a transaction of its own; several workers can do so beside each other. An event that
    its parcel refuses expires at once.

    Returns:
        Whether there may be more to do.
    """
    done = 0
    while done < BATCH:
        with transaction() as session:
            kept = _next_known(session)
            if kept is None:
                break
            numbers = session.scalars(_parcels_of(kept)).all()
            try:
                with session.begin_nested():
                    for number in numbers:
                        record_tracking_event(
                            session,
                            engine,
                            shipment_no=number,
                            report=CarrierReport(
                                event_id=kept.event_id,
                                event=kept.event,
                                at=kept.at,
                                place=kept.place,
                                note=kept.note,
                            ),
                            actor=Actor(id=kept.source, name=kept.source_name),
                            now=now,
                        )
            except TuidanError as refusal:
                kept.expired_at, kept.refusal = now, refusal.code
            else:
                session.delete(kept)
        done += 1
    with transaction() as session:
        session.execute(
            sa.update(KeptEvent)
            .where(KeptEvent.expired_at.is_(None), KeptEvent.received_at < now - KEPT_FOR)
            .values(expired_at=now)
        )
        session.execute(sa.delete(KeptEvent).where(KeptEvent.expired_at < now - SHOWN_FOR))
    return done == BATCH


def kept_events(
    session: Session, *, expired: bool, source: str | None = None, after: uuid.UUID | None = None
) -> KeptPage:
    """Return events that wait for their parcel, or that have waited in vain, the latest first.

    Args:
        session: The caller's transaction.
        expired: Those that have waited in vain.
        source: Only those of this account or feed.
        after: ``next`` of the page before.
    """
    query = (
        sa.select(KeptEvent)
        .where(KeptEvent.expired_at.is_not(None) if expired else KeptEvent.expired_at.is_(None))
        .order_by(KeptEvent.received_at.desc(), KeptEvent.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if source is not None:
        query = query.where(KeptEvent.source == source)
    last = session.get(KeptEvent, after) if after is not None else None
    if last is not None:
        query = query.where(
            sa.tuple_(KeptEvent.received_at, KeptEvent.id)
            < sa.tuple_(sa.literal(last.received_at), sa.literal(last.id))
        )
    found = session.scalars(query).all()
    return KeptPage(
        events=found[:PAGE_SIZE], next=found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None
    )


def _next_known(session: Session) -> KeptEvent | None:
    """The earliest kept event whose parcel is known, locked; one that somebody else has is passed over."""
    return session.scalar(
        sa.select(KeptEvent)
        .where(KeptEvent.expired_at.is_(None), _known_parcels(KeptEvent).exists())
        .order_by(KeptEvent.at, KeptEvent.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _parcels_of(kept: KeptEvent) -> sa.Select[str]:
    return _known_parcels(kept).order_by(Shipment.shipment_no)


def _known_parcels(kept: KeptEvent | type[KeptEvent]) -> sa.Select[str]:
    """The numbers of the parcels that an event is about."""
    own_shops = sa.cast(kept.shops, postgresql.JSONB)
    return (
        sa.select(Shipment.shipment_no)
        .join(Order, Order.id == Shipment.order_id)
        .where(
            Shipment.tracking_no == kept.tracking_no,
            Shipment.carrier == kept.carrier,
            sa.or_(
                own_shops == sa.cast([], postgresql.JSONB),
                own_shops.has_key(sa.cast(Order.shop_id, sa.Text)),
            ),
        )
    )
