"""Paying refunds out through the gateway, once, whatever fails in between.

Before the gateway is asked, an attempt is written and committed; its answer is recorded
afterwards. Whoever finds an attempt without a definite answer asks what became of it
before anything is submitted again, with the same refund number. One process at a time
works on a refund: an advisory lock sees to it, and goes with the process that held it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.values import JSON
from processes.cases.timeline import record_event
from processes.money.disputed import BANK, ask_about, disputes_of, paid_by_bank, refuse_while_open
from processes.money.errors import GatewayTimeout, RefundFailed, RefundUnsettled
from processes.money.gateway import Outcome, OutcomeStatus, RefundGateway, RefundRequest
from processes.money.parts import Part, read_parts
from processes.money.reopening import FailedPart
from processes.money.tables import Refund, RefundAttempt, RefundPart

Status = Literal["succeeded", "pending", "failed"]
Transaction = Callable[[], AbstractContextManager[Session]]


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
        self._guard: Session

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
            # What the bank has paid is not the provider's to take back.
            if part.status == "succeeded" and part.request.gateway != BANK:
                outcome = self._gateway.query(part.request)
                if outcome.status is OutcomeStatus.FAILED:
                    failed.append({"position": part.position, "code": outcome.code})
        return failed

    def _run(self, *, again: bool) -> Status:
        with self._transaction() as guard:
            self._guard = guard
            refund, parts = self._read(guard)
            statuses = [part.status for part in parts]
            for index, part in enumerate(parts):
                if part.status != "succeeded":
                    statuses[index] = self._advance(part, again=again)
                if statuses[index] == "failed":
                    # A later tender waits for the one that failed, so that a retry resumes there.
                    break
            return self._conclude(refund, statuses)

    def _read(self, guard: Session) -> tuple[str, list[Part]]:
        """Lock a refund against other runs; return its status and its parts."""
        self._lock(guard, f"refund:{self._refund_no}")
        return read_parts(guard, self._refund_no)

    def _lock(self, guard: Session, name: str) -> None:
        guard.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))

    def _advance(self, part: Part, *, again: bool) -> str:
        if part.undecided:
            try:
                outcome = self._gateway.query(part.request)
            except GatewayTimeout:
                return "pending"
            if outcome.status is not OutcomeStatus.UNKNOWN:
                return self._record(part, part.request, outcome)
        elif part.outcome == "failed" and not again:
            return "failed"
        attempt_no = part.attempts + 1
        request = self._next_request(part, attempt_no)
        by_bank = self._paid_by_bank(request)
        if by_bank is not None:
            request = dataclasses.replace(request, gateway=BANK)
        with self._transaction() as session:
            session.execute(
                sa.insert(RefundAttempt).values(
                    part_id=part.id, attempt_no=attempt_no, request=request.as_json(), asked_at=self._now
                )
            )
        if by_bank is not None:
            return self._record(part, request, by_bank)
        try:
            outcome = self._gateway.submit(request)
        except GatewayTimeout:
            outcome = Outcome(status=OutcomeStatus.UNKNOWN)
        return self._record(part, request, outcome)

    def _paid_by_bank(self, request: RefundRequest) -> Outcome | None:
        """What a lost charge-back has paid of a part, if it has.

        Raises:
            PaymentDisputed: The bank has not decided yet.
            ChargebackPartial: The bank has given back a part of it.
        """
        with self._transaction() as session:
            disputes = disputes_of(session, request.payment_no)
        if not disputes:
            return None
        # What the bank has paid is counted by one run at a time; this goes with the refund's own lock.
        self._lock(self._guard, f"chargeback:{request.payment_no}")
        standing = ask_about(self._gateway, disputes)
        refuse_while_open(request, disputes, {key: one.status for key, one in standing.items()})
        with self._transaction() as session:
            return paid_by_bank(session, request, disputes, standing, asked_at=self._now, now=self._now)

    def _next_request(self, part: Part, attempt_no: int) -> RefundRequest:
        """A repetition is the same movement through the same provider, whatever the settings say now."""
        movement = part.failures + 1
        gateway = part.request.gateway
        if not gateway or movement != part.request.movement:
            gateway = self._gateway.provider_of(part.request.tender)
        return dataclasses.replace(part.request, attempt_no=attempt_no, movement=movement, gateway=gateway)

    def _record(self, part: Part, request: RefundRequest, outcome: Outcome) -> str:
        # No answer leaves the part pending: a time-out is not a failure.
        status = "pending" if outcome.status is OutcomeStatus.UNKNOWN else outcome.status.value
        with self._transaction() as session:
            session.execute(
                sa.update(RefundAttempt)
                .where(RefundAttempt.part_id == part.id, RefundAttempt.attempt_no == request.attempt_no)
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
                told: dict[str, JSON] = {"tender": request.tender, "failure_code": outcome.code}
                self._tell(session, part, "refund_failed", told)
            elif status == "succeeded" and request.gateway == BANK:
                told = {"amount": request.amount, "currency": request.currency}
                self._tell(session, part, "refund_by_bank", told)
        return status

    def _tell(self, session: Session, part: Part, kind: str, told: dict[str, JSON]) -> None:
        record_event(
            session, part.case_no, kind, actor=SYSTEM, now=self._now, refund_no=self._refund_no, **told
        )

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
