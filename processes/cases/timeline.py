"""The timeline of a case: what happened, when, and who did it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.values import JSON
from processes.cases.tables import CaseEvent

# Every kind that is ever written; pages word each of them.
KINDS = frozenset(
    {
        "requested",
        "held",
        "hold_failed",
        "hold_released",
        "status_changed",
        "decision_recorded",
        "lines_cancelled",
        "restocked",
        "liability_recorded",
        "refund_prepared",
        "refund_attempted",
        "refund_failed",
        "refund_settled",
        "return_opened",
        "return_reopened",
        "return_sent",
        "return_inspected",
        "statement_made",
        "ruling_made",
        "withdrawal_asked",
        "closed",
    }
)


def record_event(
    session: Session, case_no: str, kind: str, *, actor: Actor, now: dt.datetime, **params: JSON
) -> None:
    """Append to a case's timeline.

    Raises:
        ValueError: The kind isn't one of ``KINDS``.
    """
    if kind not in KINDS:
        raise ValueError(f"no case event is called {kind}")
    session.add(
        CaseEvent(case_no=case_no, at=now, kind=kind, actor_id=actor.id, actor_name=actor.name, params=params)
    )
