"""What a process does to its case as it goes along: hold its goods, mark, decide, close.

Each of these is harmless when repeated. The process instance is locked by the engine while
they run; whatever touches an order's counters locks the order besides.
"""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy.orm import Session, joinedload

from engine.actors import Actor
from processes.cases.errors import CaseNotFound, RefusalIncomplete
from processes.cases.reasons import REFUSALS
from processes.cases.rules import CaseStatus, Outcome
from processes.cases.tables import CancellationCase, CaseLine
from processes.cases.timeline import record_event
from processes.evidence.proving import check_proof
from processes.orders.holds import place_hold, release_hold

_KEPT = "carried_case"

CLOSED_STATUS = {
    Outcome.REFUNDED: CaseStatus.REFUNDED,
    Outcome.SETTLED: CaseStatus.REFUNDED,
    Outcome.WITHDRAWN: CaseStatus.WITHDRAWN,
}


def case_of(session: Session, case_no: str) -> CancellationCase:
    """Return a case with its order and lines, for the process that carries it.

    The operations of one step ask for the same case: the first reads it, behind the lock of
    its process instance, and it is kept for the others of the same transaction.

    Raises:
        CaseNotFound: There is none.
    """
    transaction, kept = session.info.get(_KEPT, (None, None))
    if transaction is session.get_transaction() and kept is not None and kept.case_no == case_no:
        return cast("CancellationCase", kept)
    session.flush()
    case = session.get(
        CancellationCase,
        case_no,
        options=[
            joinedload(CancellationCase.order),
            joinedload(CancellationCase.lines).joinedload(CaseLine.order_line),
        ],
        populate_existing=True,
    )
    if case is None:
        raise CaseNotFound
    keep_case(session, case)
    return case


def keep_case(session: Session, case: CancellationCase) -> None:
    """Let :func:`case_of` return a case that this transaction has just made."""
    session.info[_KEPT] = (session.get_transaction(), case)


def hold_goods(session: Session, case: CancellationCase, *, actor: Actor, now: dt.datetime) -> bool:
    """Keep a case's goods from being shipped; False if some have left already."""
    units = [(line.order_line_id, line.quantity) for line in case.lines]
    held = place_hold(session, case.order, case.case_no, units, now=now)
    if held != case.held or not held:
        record_event(session, case.case_no, "held" if held else "hold_failed", actor=actor, now=now)
    case.held = held
    return held


def release_goods(session: Session, case: CancellationCase, *, actor: Actor, now: dt.datetime) -> None:
    """Let a case's goods be shipped again, as far as it still holds any."""
    if case.held:
        release_hold(session, case.case_no)
        case.held = False
        record_event(session, case.case_no, "hold_released", actor=actor, now=now)


def mark(
    session: Session, case: CancellationCase, status: CaseStatus | str, *, actor: Actor, now: dt.datetime
) -> None:
    """Set how far a case has come; a closed one stays closed."""
    status = CaseStatus(status)
    if case.closed_at is None and case.status != status:
        record_event(
            session,
            case.case_no,
            "status_changed",
            actor=actor,
            now=now,
            status=status.value,
            before=str(case.status),
        )
        case.status = status.value


def note_answer(case: CancellationCase, answer: str, now: dt.datetime) -> None:
    """Keep what the shop answered first, or that its time ran out, for its record."""
    if case.first_answer is None:
        case.first_answer, case.first_answer_at = answer, now


def record_decision(
    session: Session,
    case: CancellationCase,
    *,
    decision: str,
    how: str,
    refusal_code: str,
    explanation: str,
    basis: str,
    actor: Actor,
    now: dt.datetime,
) -> dt.datetime:
    """Record what was decided, by whom and why; the same decision again changes nothing.

    Returns:
        The instant of the decision.

    Raises:
        RefusalIncomplete: A seller's refusal without a known code and words for the buyer.
        ProofMissing: His code asks for proof, and the shop has shown none.
    """
    refused = decision == "refuse"
    if refused and how == "seller" and (refusal_code not in REFUSALS or not explanation.strip()):
        raise RefusalIncomplete
    if refused and how == "seller":
        check_proof(session, case.case_no, refusal_code)
    code = refusal_code if refused and refusal_code else None
    same = (case.decision, case.decided_how, case.refusal_code, case.explanation) == (
        decision,
        how,
        code,
        explanation.strip(),
    )
    if same and case.decided_at is not None:
        return case.decided_at
    if how in {"seller", "timeout"}:
        note_answer(case, decision if how == "seller" else "timeout", now)
    if how in {"seller", "offer"} and case.own_decision is None:
        case.own_decision = decision
    case.decision = decision
    case.decided_how = how
    case.refusal_code = code
    case.explanation = explanation.strip()
    case.decision_basis = basis
    case.decided_at = now
    case.decided_by = actor.id
    case.decided_by_name = actor.name
    record_event(
        session,
        case.case_no,
        "decision_recorded",
        actor=actor,
        now=now,
        decision=decision,
        how=how,
        refusal_code=code or "",
        explanation=case.explanation,
        basis=basis,
    )
    return now


def close(
    session: Session, case: CancellationCase, outcome: Outcome | str, *, actor: Actor, now: dt.datetime
) -> None:
    """End a case: its lines are free for another, its goods are let go. A closed one stays as it is."""
    if case.closed_at is not None:
        return
    outcome = Outcome(outcome)
    release_goods(session, case, actor=actor, now=now)
    case.outcome = outcome.value
    case.status = CLOSED_STATUS.get(outcome, CaseStatus.CLOSED).value
    case.closed_at = now
    for line in case.lines:
        line.open = False
    record_event(session, case.case_no, "closed", actor=actor, now=now, outcome=outcome.value)
