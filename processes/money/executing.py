"""Paying refunds out through the gateway, once, whatever fails in between.

Before the gateway is asked, an attempt is written and committed; its answer is recorded
afterwards. Whoever finds an attempt without a definite answer asks what became of it
before anything is submitted again, with the same refund number. One process at a time
works on a refund: an advisory lock sees to it, and goes with the process that held it.
"""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine.actors import SYSTEM
from processes.cases.timeline import record_event
from processes.money.errors import GatewayTimeout, RefundFailed, RefundNotFound, RefundUnsettled
from processes.money.gateway import Outcome, OutcomeStatus, RefundGateway, RefundRequest
from processes.money.tables import Refund, RefundAttempt, RefundPart

Status = Literal["succeeded", "pending", "failed"]
Transaction = Callable[[], AbstractContextManager[Session]]


class _Next(enum.Enum):
    NOTHING = "nothing"
    ASK = "ask"
    SUBMIT = "submit"


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

    def _run(self, *, again: bool) -> Status:
        with self._transaction() as guard:
            guard.execute(
                sa.select(
                    sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"refund:{self._refund_no}", 0))
                )
            )
            parts = guard.execute(
                sa.select(RefundPart.id, RefundPart.status)
                .where(RefundPart.refund_no == self._refund_no)
                .order_by(RefundPart.position)
            ).all()
            for part_id, status in parts:
                # A later tender waits for the one that failed, so that a retry resumes there.
                if status != "succeeded" and self._advance(part_id, again=again) == "failed":
                    break
        with self._transaction() as session:
            return _conclude(session, self._refund_no)

    def _advance(self, part_id: uuid.UUID, *, again: bool) -> str:
        step, request = self._plan(part_id, again=again)
        if step is _Next.ASK:
            try:
                outcome = self._gateway.query(request)
            except GatewayTimeout:
                return "pending"
            if outcome.status is not OutcomeStatus.UNKNOWN:
                return self._record(part_id, request.attempt_no, outcome)
            step, request = self._plan(part_id, again=again, unheard=True)
        if step is _Next.NOTHING:
            return "failed"
        try:
            outcome = self._gateway.submit(request)
        except GatewayTimeout:
            outcome = Outcome(status=OutcomeStatus.UNKNOWN)
        return self._record(part_id, request.attempt_no, outcome)

    def _plan(self, part_id: uuid.UUID, *, again: bool, unheard: bool = False) -> tuple[_Next, RefundRequest]:
        """Decide what to do with a part; an attempt to come is written and committed here.

        Args:
            part_id: The part.
            again: Whether a failed one is to be tried again.
            unheard: The gateway has said that it never heard of the attempts so far.
        """
        with self._transaction() as session:
            part = session.scalars(
                sa.select(RefundPart).where(RefundPart.id == part_id).options(joinedload(RefundPart.payment))
            ).one()
            refund = session.get_one(Refund, part.refund_no)
            latest = session.scalar(
                sa.select(RefundAttempt)
                .where(RefundAttempt.part_id == part_id)
                .order_by(RefundAttempt.attempt_no.desc())
                .limit(1)
            )
            number = latest.attempt_no if latest else 0
            undecided = latest is not None and latest.outcome in {None, "unknown", "pending"}
            if undecided and not unheard:
                return _Next.ASK, _request(part, refund, number)
            if latest is not None and latest.outcome == "failed" and not again:
                return _Next.NOTHING, _request(part, refund, number)
            request = _request(part, refund, number + 1)
            session.add(
                RefundAttempt(
                    part_id=part_id, attempt_no=number + 1, request=request.as_json(), asked_at=self._now
                )
            )
            part.status = refund.status = "pending"
            return _Next.SUBMIT, request

    def _record(self, part_id: uuid.UUID, attempt_no: int, outcome: Outcome) -> str:
        with self._transaction() as session:
            attempt = session.get_one(RefundAttempt, (part_id, attempt_no))
            attempt.outcome = outcome.status.value
            attempt.response = outcome.as_json()
            attempt.answered_at = self._now
            part = session.get_one(RefundPart, part_id)
            # No answer leaves the part pending: a time-out is not a failure.
            part.status = "pending" if outcome.status is OutcomeStatus.UNKNOWN else outcome.status.value
            part.failure_code = outcome.code
            part.gateway_reference = outcome.reference
            if outcome.status is OutcomeStatus.SUCCEEDED:
                part.succeeded_at = self._now
            if outcome.status is OutcomeStatus.FAILED:
                record_event(
                    session,
                    session.get_one(Refund, part.refund_no).case_no,
                    "refund_failed",
                    actor=SYSTEM,
                    now=self._now,
                    refund_no=part.refund_no,
                    tender=part.tender,
                    failure_code=outcome.code,
                )
            return part.status


def _request(part: RefundPart, refund: Refund, attempt_no: int) -> RefundRequest:
    return RefundRequest(
        refund_no=part.refund_no,
        attempt_no=attempt_no,
        payment_no=part.payment.payment_no,
        payment_reference=part.payment.reference,
        tender=part.tender,
        amount=part.amount,
        captured=part.payment.captured,
        currency=refund.currency,
    )


def _conclude(session: Session, refund_no: str) -> Status:
    """Set the refund's status to what its parts amount to."""
    refund = session.get(Refund, refund_no)
    if refund is None:
        raise RefundNotFound
    if refund.status == "succeeded":
        return "succeeded"
    statuses = {part.status for part in refund.parts}
    if "failed" in statuses:
        refund.status = "failed"
        return "failed"
    if statuses <= {"succeeded"}:
        # It counts as succeeded once it is settled: see ``processes.money.settling``.
        return "succeeded"
    refund.status = "pending"
    return "pending"
