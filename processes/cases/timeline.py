"""The timeline of a case: what happened, when, and who did it.

Events of a transaction are gathered and written together just before it commits, in one
statement, however many steps of a process it went through.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
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
        "parcel_stopped",
        "parcel_not_stopped",
        "stopped_parcel_delivered",
        "parcel_missing",
        "parcel_ruled",
        "status_changed",
        "decision_recorded",
        "lines_cancelled",
        "restocked",
        "liability_recorded",
        "refund_prepared",
        "refund_attempted",
        "refund_failed",
        "refund_settled",
        "refund_reversed",
        "refund_by_bank",
        "chargeback_opened",
        "chargeback_lost",
        "chargeback_cleared",
        "return_opened",
        "return_reopened",
        "return_sent",
        "return_corrected",
        "return_again",
        "return_inspected",
        "carriage_given_back",
        "refused_left",
        "refused_sent",
        "refused_acknowledged",
        "refused_unconfirmed",
        "statement_made",
        "ruling_made",
        "ruling_accepted",
        "appeal_made",
        "withdrawal_asked",
        "offer_made",
        "offer_accepted",
        "offer_declined",
        "offer_lapsed",
        "exchange_sent",
        "refusal_delivered",
        "refusal_read",
        "refusal_lapsed",
        "rating_given",
        "rating_changed",
        "rating_answered",
        "rating_hidden",
        "closed",
    }
)

_GATHERED = "case_events"


def record_event(
    session: Session, case_no: str, kind: str, *, actor: Actor, now: dt.datetime, **params: JSON
) -> None:
    """Append to a case's timeline, when the transaction commits.

    Raises:
        ValueError: The kind isn't one of ``KINDS``.
    """
    if kind not in KINDS:
        raise ValueError(f"no case event is called {kind}")
    session.info.setdefault(_GATHERED, []).append(
        {
            "case_no": case_no,
            "at": now,
            "kind": kind,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "params": params,
        }
    )


def write_events(session: Session) -> None:
    """Write down what was gathered, for whoever reads the timeline in the same transaction."""
    gathered: list[dict[str, Any]] | None = session.info.pop(_GATHERED, None)
    if gathered:
        session.flush()
        session.execute(sa.insert(CaseEvent), gathered)


@sa.event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    write_events(session)


@sa.event.listens_for(Session, "after_soft_rollback")
def _after_rollback(session: Session, _previous: object) -> None:
    session.info.pop(_GATHERED, None)
