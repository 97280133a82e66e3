"""Recording that a refusal reached the buyer, that he read it, and that his time for an answer ran out."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import SYSTEM, Actor
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.refusals.tables import RefusalDelivery


def record_delivery(session: Session, case: CancellationCase, *, actor: Actor, now: dt.datetime) -> None:
    """Record that the buyer was told of the case's refusal, once for each refusal."""
    written = session.execute(
        postgresql.insert(RefusalDelivery)
        .values(case_no=case.case_no, decided_at=case.decided_at or now, delivered_at=now)
        .on_conflict_do_nothing()
        .returning(RefusalDelivery.case_no)
    ).first()
    if written is not None:
        record_event(session, case.case_no, "refusal_delivered", actor=actor, now=now)


def record_reading(session: Session, case: CancellationCase, actor: Actor, now: dt.datetime) -> None:
    """Record that the buyer has a refusal before him, when it is he who reads, the first time only."""
    if not actor.may_act_for(f"buyer:{case.buyer_id}"):
        return
    read = session.execute(
        sa.update(RefusalDelivery)
        .where(RefusalDelivery.case_no == case.case_no, RefusalDelivery.read_at.is_(None))
        .values(read_at=sa.func.greatest(RefusalDelivery.delivered_at, now))
        .returning(RefusalDelivery.case_no)
    ).first()
    if read is not None:
        record_event(session, case.case_no, "refusal_read", actor=actor, now=now)


def record_lapse(session: Session, case: CancellationCase, *, now: dt.datetime) -> None:
    """Record that nobody answered a refusal in time, and whether the buyer had read it."""
    delivery = delivery_of(session, case)
    if delivery is None or delivery.lapsed_at is not None:
        return
    delivery.lapsed_at = now
    record_event(
        session,
        case.case_no,
        "refusal_lapsed",
        actor=SYSTEM,
        now=now,
        read_at=delivery.read_at.isoformat() if delivery.read_at else "",
        delivered_at=delivery.delivered_at.isoformat(),
    )
    session.flush()


def delivery_of(session: Session, case: CancellationCase) -> RefusalDelivery | None:
    """Return how the latest refusal of a case reached the buyer, or None."""
    return session.scalar(
        sa.select(RefusalDelivery)
        .where(RefusalDelivery.case_no == case.case_no)
        .order_by(RefusalDelivery.decided_at.desc())
        .limit(1)
    )
