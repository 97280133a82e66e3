"""A dispute before the platform: opened once, and both sides heard, each without the other's words."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.disputes.tables import Dispute, Statement


def open_dispute(session: Session, case: CancellationCase, *, now: dt.datetime) -> None:
    """Put a case before the platform; once is enough."""
    session.execute(
        postgresql.insert(Dispute)
        .values(case_no=case.case_no, opened_at=now, reason=case.reason)
        .on_conflict_do_nothing(index_elements=["case_no"])
    )


def open_hearing(session: Session, case: CancellationCase, *, now: dt.datetime) -> None:
    """Begin to hear both sides; until it is closed, neither reads what the other says in it."""
    open_dispute(session, case, now=now)
    session.execute(
        sa.update(Dispute)
        .where(Dispute.case_no == case.case_no, ~Dispute.sealed)
        .values(hearing=Dispute.hearing + 1, hearing_opened_at=now, sealed=True)
    )


def close_hearing(session: Session, case: CancellationCase) -> None:
    """Both have spoken, or their time is up: now each reads the other."""
    session.execute(sa.update(Dispute).where(Dispute.case_no == case.case_no).values(sealed=False))


def record_statement(
    session: Session,
    case: CancellationCase,
    *,
    side: str,
    text: str,
    actor: Actor,
    now: dt.datetime,
    idempotency_key: str,
) -> None:
    """Append what one side says, in the hearing that goes on if one does; silence is no statement."""
    words = text.strip()
    if not words:
        return
    open_dispute(session, case, now=now)
    hearing = sa.select(sa.case((Dispute.sealed, Dispute.hearing), else_=0)).where(
        Dispute.case_no == case.case_no
    )
    written = session.execute(
        postgresql.insert(Statement)
        .values(
            id=new_id(),
            case_no=case.case_no,
            side=side,
            text=words,
            at=now,
            author_id=actor.id,
            author_name=actor.name,
            idempotency_key=idempotency_key,
            hearing=hearing.scalar_subquery(),
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(Statement.id)
    ).first()
    if written is not None:
        record_event(session, case.case_no, "statement_made", actor=actor, now=now, side=side)
