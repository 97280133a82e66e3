"""Paying refunds out through the gateway, once, whatever fails in between.

Before the gateway is asked, an attempt is written and committed; its answer is recorded
afterwards. Whoever finds an attempt without a definite answer asks what became of it
before anything is submitted again, with the same refund number. One process at a time
works on a refund: an advisory lock sees to it, and goes with the process that held it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine.actors import SYSTEM
from processes.cases.timeline import record_event
from processes.money.errors import GatewayTimeout, RefundFailed, RefundNotFound, RefundUnsettled
from processes.money.gateway import Outcome, OutcomeStatus, RefundGateway, RefundRequest
from processes.money.reopening import FailedPart
from processes.money.tables import Refund, RefundAttempt, RefundPart

Status = Literal["succeeded", "pending", "failed"]
Transaction = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A part as it was read under the lock; nobody else changes it while that is held."""

    id: uuid.UUID
    position: int
    case_no: str
    status: str
    attempts: int
    failures: int
    outcome: str | None
    request: RefundRequest

    @property
    def undecided(self) -> bool:
        """Whether it was submitted, and what became of that is not known for certain."""
        return self.attempts > 0 and self.outcome in {None, "unknown", "pending"}


class RefundRun:
    """One run over the parts of a refund.

    Args:
        transaction: Opens a transaction; several may be open at once.
        gateway: Where the money goes back through.
        refund_no: Which refund.
        now: When.
    """

    def __init__(
        self, *, transaction: Transaction, gateway: RefundGateway, refund_no: str, now: dt.datetime
    ) -> None:
        self._transaction = transaction
        self._gateway = gateway
        self._refund_no = refund_no
        self._now = now

    def execute(self) -> Status:
        """Submit what has not been submitted; return how the refund stands.

        Repeated, it asks rather than submits again, and a definitive failure stays one.

        Raises:
            RefundNotFound: There is no such refund.
        """
        return self._run(again=False)

    def query(self, *, last: bool) -> Status:
        """Ask what became of the parts that are open; try those again that have failed.

        Args:
            last: No further query is planned.

        Raises:
            RefundNotFound: There is no such refund.
            RefundFailed: A part failed, again.
            RefundUnsettled: It is the last query, and a part is still pending.
        """
        status = self._run(again=True)
        if status == "failed":
            with self._transaction() as session:
                part = session.scalars(
                    sa.select(RefundPart).where(
                        RefundPart.refund_no == self._refund_no, RefundPart.status == "failed"
                    )
                ).first()
                if part is not None:
                    raise RefundFailed(
                        refund_no=self._refund_no, tender=part.tender, failure_code=part.failure_code
                    )
        if status == "pending" and last:
            raise RefundUnsettled(refund_no=self._refund_no, status=status)
        return status

    def recheck(self) -> list[FailedPart]:
        """Ask whether the parts that have succeeded still stand; return those that don't.

        Nothing is changed here: see ``processes.money.reopening``.

        Raises:
            RefundNotFound: There is no such refund.
            GatewayTimeout: A provider gives no answer.
        """
        with self._transaction() as guard:
            _, parts = self._read(guard)
        failed: list[FailedPart] = []
        for part in parts:
            if part.status == "succeeded":
                outcome = self._gateway.query(part.request)
                if outcome.status is OutcomeStatus.FAILED:
                    failed.append({"position": part.position, "code": outcome.code})
        return failed

    def _run(self, *, again: bool) -> Status:
        with self._transaction() as guard:
            refund, parts = self._read(guard)
            statuses = [part.status for part in parts]
            for index, part in enumerate(parts):
                if part.status != "succeeded":
                    statuses[index] = self._advance(part, again=again)
                if statuses[index] == "failed":
                    # A later tender waits for the one that failed, so that a retry resumes there.
                    break
            return self._conclude(refund, statuses)

    def _read(self, guard: Session) -> tuple[str, list[_Part]]:
        """Lock a refund against other runs; return its status and its parts."""
        guard.execute(
            sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"refund:{self._refund_no}", 0)))
        )
        refund = guard.scalars(
            sa.select(Refund)
            .where(Refund.refund_no == self._refund_no)
            .options(
                joinedload(Refund.parts).options(
                    joinedload(RefundPart.payment), joinedload(RefundPart.attempts)
                )
            )
            .execution_options(populate_existing=True)
        ).unique()
        found = refund.one_or_none()
        if found is None:
            raise RefundNotFound
        return found.status, [_part(found, part) for part in found.parts]

    def _advance(self, part: _Part, *, again: bool) -> str:
        if part.undecided:
            try:
                outcome = self._gateway.query(part.request)
            except GatewayTimeout:
                return "pending"
            if outcome.status is not OutcomeStatus.UNKNOWN:
                return self._record(part, part.attempts, outcome)
        elif part.outcome == "failed" and not again:
            return "failed"
        attempt_no = part.attempts + 1
        request = self._next_request(part, attempt_no)
        with self._transaction() as session:
            session.execute(
                sa.insert(RefundAttempt).values(
                    part_id=part.id, attempt_no=attempt_no, request=request.as_json(), asked_at=self._now
                )
            )
        try:
            outcome = self._gateway.submit(request)
        except GatewayTimeout:
            outcome = Outcome(status=OutcomeStatus.UNKNOWN)
        return self._record(part, attempt_no, outcome)

    def _next_request(self, part: _Part, attempt_no: int) -> RefundRequest:
        """A repetition is the same movement through the same provider, whatever the settings say now."""
        movement = part.failures + 1
        gateway = part.request.gateway
        if not gateway or movement != part.request.movement:
            gateway = self._gateway.provider_of(part.request.tender)
        return dataclasses.replace(part.request, attempt_no=attempt_no, movement=movement, gateway=gateway)

    def _record(self, part: _Part, attempt_no: int, outcome: Outcome) -> str:
        # No answer leaves the part pending: a time-out is not a failure.
        status = "pending" if outcome.status is OutcomeStatus.UNKNOWN else outcome.status.value
        with self._transaction() as session:
            session.execute(
                sa.update(RefundAttempt)
                .where(RefundAttempt.part_id == part.id, RefundAttempt.attempt_no == attempt_no)
                .values(outcome=outcome.status.value, response=outcome.as_json(), answered_at=self._now),
                execution_options={"synchronize_session": False},
            )
            session.execute(
                sa.update(RefundPart)
                .where(RefundPart.id == part.id)
                .values(
                    status=status,
                    failure_code=outcome.code,
                    gateway_reference=outcome.reference,
                    succeeded_at=self._now if status == "succeeded" else None,
                ),
                execution_options={"synchronize_session": False},
            )
            if status == "failed":
                record_event(
                    session,
                    part.case_no,
                    "refund_failed",
                    actor=SYSTEM,
                    now=self._now,
                    refund_no=self._refund_no,
                    tender=part.request.tender,
                    failure_code=outcome.code,
                )
        return status

    def _conclude(self, before: str, statuses: list[str]) -> Status:
        """Set the refund's status to what its parts amount to.

        It counts as succeeded once it is settled: see ``processes.money.settling``.
        """
        if before == "succeeded":
            return "succeeded"
        after: Status = "succeeded"
        if "failed" in statuses:
            after = "failed"
        elif set(statuses) - {"succeeded"}:
            after = "pending"
        stored = "pending" if after == "succeeded" else after
        if stored != before and (before, after) != ("prepared", "succeeded"):
            with self._transaction() as session:
                session.execute(
                    sa.update(Refund).where(Refund.refund_no == self._refund_no).values(status=stored),
                    execution_options={"synchronize_session": False},
                )
        return after


def _part(refund: Refund, part: RefundPart) -> _Part:
    latest = part.attempts[-1] if part.attempts else None
    failures = sum(attempt.outcome == "failed" for attempt in part.attempts)
    return _Part(
        id=part.id,
        position=part.position,
        case_no=refund.case_no,
        status=part.status,
        attempts=latest.attempt_no if latest else 0,
        failures=failures,
        outcome=latest.outcome if latest else None,
        request=RefundRequest(
            refund_no=part.refund_no,
            attempt_no=latest.attempt_no if latest else 0,
            payment_no=part.payment.payment_no,
            payment_reference=part.payment.reference,
            tender=part.tender,
            amount=part.amount,
            captured=part.payment.captured,
            currency=refund.currency,
            # What is asked about is the latest attempt, even if that has failed itself.
            movement=failures + (0 if latest is not None and latest.outcome == "failed" else 1),
            # Before there were others, every attempt went to the embedded ledger.
            gateway=latest.request.get("gateway", "ledger") if latest else "",
        ),
    )
