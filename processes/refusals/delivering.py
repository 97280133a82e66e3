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

REQUEST, RETURN = "request", "return"
"""What was refused: the request itself, or goods that came back."""


def record_delivery(
    session: Session,
    case: CancellationCase,
    *,
    actor: Actor,
    now: dt.datetime,
    kind: str = REQUEST,
    decided_at: dt.datetime | None = None,
) -> None:
    """Record that the buyer was told of a refusal, once for each.

    Args:
        session: The caller's transaction.
        case: Whose request, or whose goods.
        actor: For the timeline.
        now: When he was told.
        kind: ``REQUEST`` or ``RETURN``.
        decided_at: When it was refused; by default when the case was decided.
    """
    written = session.execute(
        postgresql.insert(RefusalDelivery)
        .values(
            case_no=case.case_no,
            decided_at=decided_at or case.decided_at or now,
            kind=kind,
            delivered_at=now,
        )
        .on_conflict_do_nothing()
        .returning(RefusalDelivery.case_no)
    ).first()
    if written is not None:
        record_event(session, case.case_no, "refusal_delivered", actor=actor, now=now, refused=kind)


def record_reading(session: Session, case: CancellationCase, actor: Actor, now: dt.datetime) -> None:
    """Record that the buyer has a refusal before him, when it is he who reads, the first time only."""
    if not actor.may_act_for(f"buyer:{case.buyer_id}"):
        return
    read = session.execute(
        sa.update(RefusalDelivery)
        .where(RefusalDelivery.case_no == case.case_no, RefusalDelivery.read_at.is_(None))
        .values(read_at=sa.func.greatest(RefusalDelivery.delivered_at, now))
        .returning(RefusalDelivery.kind)
    ).scalars()
    for kind in dict.fromkeys(read):
        record_event(session, case.case_no, "refusal_read", actor=actor, now=now, refused=kind)


def record_lapse(session: Session, case: CancellationCase, *, now: dt.datetime, kind: str = REQUEST) -> None:
    """Record that nobody answered a refusal in time, and whether the buyer had read it."""
    delivery = delivery_of(session, case, kind)
    if delivery is None or delivery.lapsed_at is not None:
        return
    delivery.lapsed_at = now
    record_event(
        session,
        case.case_no,
        "refusal_lapsed",
        actor=SYSTEM,
        now=now,
        refused=kind,
        read_at=delivery.read_at.isoformat() if delivery.read_at else "",
        delivered_at=delivery.delivered_at.isoformat(),
    )
    session.flush()


def delivery_of(session: Session, case: CancellationCase, kind: str = REQUEST) -> RefusalDelivery | None:
    """Return how the latest refusal of a kind reached the buyer, or None."""
    return session.scalar(
        sa.select(RefusalDelivery)
        .where(RefusalDelivery.case_no == case.case_no, RefusalDelivery.kind == kind)
        .order_by(RefusalDelivery.decided_at.desc())
        .limit(1)
    )
