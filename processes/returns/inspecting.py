"""What the shop found in a returned parcel, line by line, and which units it accepts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from engine.tables import UserTask
from engine.values import JSON
from processes.cases.locking import locked_order
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.evidence.proving import check_proof
from processes.orders.cancelling import return_units
from processes.ports import ProcessEngine
from processes.refusals.delivering import RETURN, record_delivery
from processes.returns.errors import (
    FindingsInvalid,
    FindingsMissing,
    InspectionNotAwaited,
    NothingRefused,
    ReturnNotFound,
)
from processes.returns.rules import Finding, all_refused, codes_to_prove
from processes.returns.sending import find_return, outstanding
from processes.returns.tables import Return, ReturnFinding

INSPECTION_TASK = "task_confirm_return"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Units of a case that the shop has accepted in all its parcels, and those that it hasn't."""

    accepted_units: int
    refused_units: int

    def as_json(self) -> dict[str, JSON]:
        """The receipt as the diagrams see it."""
        return {"accepted_units": self.accepted_units, "refused_units": self.refused_units}


def receipt_of(case: CancellationCase) -> Receipt:
    """Return what a shop has accepted of a case so far."""
    accepted = sum(line.accepted or 0 for line in case.lines)
    return Receipt(
        accepted_units=accepted, refused_units=sum(line.quantity for line in case.lines) - accepted
    )


def record_findings(
    session: Session,
    case: CancellationCase,
    findings: Mapping[uuid.UUID, Finding],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Write down what was found, before the task of the inspection is completed with its result.

    Args:
        session: The caller's transaction.
        case: Whose goods came back.
        findings: By order line, of every line of which units are outstanding.
        actor: Who looked.
        now: When.

    Raises:
        ReturnNotFound: No return was opened.
        FindingsInvalid: A line's counts are not those of its units.
    """
    returned = find_return(session, case)
    if returned is None:
        raise ReturnNotFound
    for line, units in outstanding(case):
        finding = findings.get(line.order_line_id, Finding())
        if not finding.sound or finding.total != units:
            raise FindingsInvalid(line_no=line.line_no, found=finding.total, expected=units)
        _write(session, returned, line.order_line_id, finding, actor, now)
    session.expire(returned, ["findings"])


def record_receipt(
    session: Session,
    case: CancellationCase,
    *,
    accepted: bool,
    refusal_code: str,
    explanation: str,
    actor: Actor,
    now: dt.datetime,
    partly: bool = False,
) -> Receipt:
    """Record the result of an inspection; accepted units count as come back, once.

    Args:
        session: The caller's transaction; the order is locked here.
        case: Whose goods came back.
        accepted: All of them are as they should be.
        refusal_code: Of those that are not.
        explanation: For the buyer.
        actor: Who looked.
        now: When.
        partly: The units were counted line by line, by :func:`record_findings`.

    Raises:
        ReturnNotFound: No return was opened.
        FindingsMissing: The units should have been counted, and were not.
        NothingRefused: They were, and there is nothing wrong with any.
        ProofMissing: It isn't as it should be by a code that asks for proof, and there is none.
    """
    returned = find_return(session, case)
    if returned is None:
        raise ReturnNotFound
    if returned.inspected_at is not None:
        return receipt_of(case)
    found = _found(session, case, returned, accepted, partly, refusal_code, actor, now)
    refused = any(one.refused for one in found.values())
    if partly and not refused:
        raise NothingRefused
    if refused:
        for code in codes_to_prove(found.values(), refusal_code):
            check_proof(session, case.case_no, code)
    returned.inspected_at = now
    returned.accepted = any(one.good for one in found.values())
    returned.refusal_code = refusal_code or None if refused else None
    returned.explanation = explanation.strip()
    _count(session, case, found)
    if refused:
        # The process tells the buyer in the same step.
        record_delivery(session, case, actor=actor, now=now, kind=RETURN, decided_at=now)
    receipt = receipt_of(case)
    record_event(
        session,
        case.case_no,
        "return_inspected",
        actor=actor,
        now=now,
        accepted=not refused,
        partly=refused and receipt.accepted_units > 0,
        refusal_code=returned.refusal_code or "",
        explanation=returned.explanation,
        accepted_units=receipt.accepted_units,
        refused_units=receipt.refused_units,
    )
    session.flush()
    return receipt


def grant(session: Session, case: CancellationCase, *, everything: bool) -> Receipt:
    """Grant the units that the shop has not accepted: by a ruling, or as it let its time pass."""
    if everything:
        for line in case.lines:
            line.accepted = line.quantity
        session.flush()
    return receipt_of(case)


def inspect_return(
    session: Session,
    engine: ProcessEngine,
    case: CancellationCase,
    findings: Mapping[uuid.UUID, Finding],
    *,
    refusal_code: str,
    explanation: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Record an inspection and complete its task, on behalf of a shop's own system.

    Raises:
        InspectionNotAwaited: The case waits for none.
        FindingsInvalid: A line's counts are not those of its units.
        ProofMissing: A refusal needs proof that the shop hasn't shown.
        FormInvalid: A refusal without code or words.
    """
    task_id = session.scalar(
        sa.select(UserTask.id).where(
            UserTask.business_key == case.case_no, UserTask.element_id == INSPECTION_TASK
        )
    )
    if task_id is None:
        raise InspectionNotAwaited
    record_findings(session, case, findings, actor=actor, now=now)
    values: dict[str, JSON] = {"inspection": "accept"}
    if any(one.refused for one in findings.values()):
        values = {"inspection": "partly", "refusal_code": refusal_code, "explanation": explanation}
    engine.complete_task(session, task_id, values=values, actor=actor)
    session.refresh(case)


def _found(
    session: Session,
    case: CancellationCase,
    returned: Return,
    accepted: bool,
    partly: bool,
    refusal_code: str,
    actor: Actor,
    now: dt.datetime,
) -> dict[uuid.UUID, Finding]:
    """The findings of this round; a result for the whole parcel is written down line by line."""
    if not partly:
        for line, units in outstanding(case):
            whole = Finding(good=units) if accepted else all_refused(units, refusal_code)
            _write(session, returned, line.order_line_id, whole, actor, now)
        session.expire(returned, ["findings"])
    found = {one.order_line_id: one.finding for one in returned.findings if one.round == returned.round}
    if not found:
        raise FindingsMissing
    return found


def _write(
    session: Session,
    returned: Return,
    line_id: uuid.UUID,
    finding: Finding,
    actor: Actor,
    now: dt.datetime,
) -> None:
    session.execute(
        postgresql.insert(ReturnFinding)
        .values(
            id=new_id(),
            return_no=returned.return_no,
            round=returned.round,
            order_line_id=line_id,
            good=finding.good,
            damaged=finding.damaged,
            wrong_item=finding.wrong_item,
            missing=finding.missing,
            unproven=finding.unproven,
            at=now,
            author_id=actor.id,
            author_name=actor.name,
        )
        .on_conflict_do_nothing(index_elements=["return_no", "round", "order_line_id"])
    )


def _count(session: Session, case: CancellationCase, found: Mapping[uuid.UUID, Finding]) -> None:
    order = locked_order(session, case.order_id)
    lines = {line.id: line for line in order.lines}
    for line in case.lines:
        good = found.get(line.order_line_id, Finding()).good
        line.accepted = (line.accepted or 0) + good
        ordered = lines[line.order_line_id]
        units = min(good, ordered.quantity_shipped - ordered.quantity_returned)
        if units > 0:
            return_units(session, ordered, units)
