"""A dispute before the platform: opened once, heard on both sides, ruled on with reasons."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import TuidanError
from engine.ids import new_id
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.disputes.tables import Dispute, Ruling, Statement


class ReasonsMissing(TuidanError):
    """A ruling needs its reasons, for both sides to read."""

    code = "dispute.reasons_missing"


def open_dispute(session: Session, case: CancellationCase, *, now: dt.datetime) -> None:
    """Put a case before the platform; once is enough."""
    session.execute(
        postgresql.insert(Dispute)
        .values(case_no=case.case_no, opened_at=now, reason=case.reason)
        .on_conflict_do_nothing(index_elements=["case_no"])
    )


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
    """Append what one side says; silence is no statement."""
    words = text.strip()
    if not words:
        return
    open_dispute(session, case, now=now)
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
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(Statement.id)
    ).first()
    if written is not None:
        record_event(session, case.case_no, "statement_made", actor=actor, now=now, side=side, text=words)


def record_ruling(
    session: Session,
    case: CancellationCase,
    *,
    ruling: str,
    reasons: str,
    freight_payer: str,
    actor: Actor,
    now: dt.datetime,
    idempotency_key: str,
) -> None:
    """Append a ruling.

    Raises:
        ReasonsMissing: It has none.
    """
    if not reasons.strip():
        raise ReasonsMissing
    open_dispute(session, case, now=now)
    written = session.execute(
        postgresql.insert(Ruling)
        .values(
            id=new_id(),
            case_no=case.case_no,
            ruling=ruling,
            reasons=reasons.strip(),
            freight_payer=freight_payer,
            ruled_at=now,
            ruled_by=actor.id,
            ruled_by_name=actor.name,
            idempotency_key=idempotency_key,
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(Ruling.id)
    ).first()
    if written is not None:
        record_event(
            session,
            case.case_no,
            "ruling_made",
            actor=actor,
            now=now,
            ruling=ruling,
            reasons=reasons.strip(),
            freight_payer=freight_payer,
        )
