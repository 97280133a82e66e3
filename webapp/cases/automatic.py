"""Why a case was decided without asking anybody: which rule, of which version."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.queries.decisions import ExplainedDecision, explained_decision
from processes.cases.tables import CancellationCase
from webapp.context import tuidan

TABLE = "automatic_decision"
STOPPED = "intercepted"
"""The basis of a case whose parcels were stopped: no table decided that, the carrier did."""


def automatic_of(session: Session, case: CancellationCase) -> ExplainedDecision | None:
    """The rule that decided a case, for whoever may read the case; None if somebody was asked."""
    if case.decided_how != "automatic" or case.decision_basis == STOPPED:
        return None
    return explained_decision(tuidan().engine, session, case.case_no, TABLE)
