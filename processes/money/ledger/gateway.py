"""The embedded refund gateway: it books refunds in the double-entry ledger.

It behaves as a tender far away does: with transactions of its own, idempotent by refund
number and payment, and with an answer that may be late or never come.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.clock import Clock
from processes.money.asking import ProviderGateway
from processes.money.errors import GatewayConflict, GatewayTimeout
from processes.money.gateway import ChargebackStanding, Outcome, OutcomeStatus, RefundRequest
from processes.money.ledger.books import Side, book
from processes.money.ledger.disputes import standing_of
from processes.money.ledger.faults import take_fault
from processes.money.ledger.tables import GatewayFault, GatewayRefund

EXCEEDS_PAYMENT = "REFUND_EXCEEDS_PAYMENT"


class LedgerGateway(ProviderGateway):
    """A ``RefundGateway`` on the ledger in the database.

    Args:
        transaction: Opens a transaction of the gateway's own.
        clock: Tells when late refunds are due.
    """

    NAME = "ledger"

    def __init__(self, transaction: Callable[[], AbstractContextManager[Session]], clock: Clock) -> None:
        self._transaction = transaction
        self._clock = clock

    def submit(self, request: RefundRequest) -> Outcome:
        """See :meth:`RefundGateway.submit`."""
        now = self._clock.now()
        with self._transaction() as session:
            refund = self._known(session, request, now)
            if refund is None or (refund.status == "failed" and request.attempt_no > refund.attempt_no):
                refund, answers = self._refund(session, request, refund, now)
            else:
                answers = True
            outcome = _outcome(refund)
        if not answers:
            raise GatewayTimeout(refund_no=request.refund_no)
        return outcome

    def query(self, request: RefundRequest) -> Outcome:
        """See :meth:`RefundGateway.query`."""
        with self._transaction() as session:
            return _outcome(self._known(session, request, self._clock.now()))

    def chargeback(self, provider: str, reference: str) -> ChargebackStanding:
        """See :meth:`RefundGateway.chargeback`; there are those alone that somebody pretends."""
        with self._transaction() as session:
            standing = standing_of(session, reference)
        return standing or super().chargeback(provider, reference)

    def fail_afterwards(self, refund_no: str, payment_no: str, code: str) -> None:
        """Let a refund that has succeeded fail after all, as a bank may: its booking is taken back."""
        with self._transaction() as session:
            refund = session.get_one(GatewayRefund, (refund_no, payment_no), with_for_update=True)
            if refund.status == "succeeded":
                _book(session, refund, -refund.amount, "reversal", self._clock.now())
                refund.status, refund.failure_code, refund.entry_id = "failed", code, None

    def _known(self, session: Session, request: RefundRequest, now: dt.datetime) -> GatewayRefund | None:
        """What is known of a refund, brought up to date, with its payment locked."""
        # One refund of a payment at a time, or two could overdraw it together.
        session.execute(
            sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(request.payment_no, 0)))
        )
        refund = session.get(GatewayRefund, (request.refund_no, request.payment_no))
        if refund is None:
            return None
        if (refund.amount, refund.currency) != (request.amount, request.currency):
            raise GatewayConflict(refund_no=request.refund_no, payment_no=request.payment_no)
        if refund.status == "pending" and refund.due_at is not None and refund.due_at <= now:
            _succeed(session, refund, now)
        return refund

    def _refund(
        self, session: Session, request: RefundRequest, refund: GatewayRefund | None, now: dt.datetime
    ) -> tuple[GatewayRefund | None, bool]:
        """Do what is asked, or what a fault makes of it; and whether an answer goes out."""
        taken, faulty = self._facts(session, request)
        fault = take_fault(session, request.tender) if faulty else None
        mode = fault.mode if fault else "ok"
        if mode == "timeout":
            return refund, False
        if refund is None:
            refund = GatewayRefund(
                entry_id=None,
                due_at=None,
                refund_no=request.refund_no,
                payment_no=request.payment_no,
                tender=request.tender,
                currency=request.currency,
                amount=request.amount,
                attempt_no=request.attempt_no,
                status="failed",
                failure_code="",
            )
        refund.attempt_no = request.attempt_no
        refund.failure_code = ""
        if mode == "fail" and fault:
            refund.status, refund.failure_code = "failed", fault.failure_code
        elif taken + request.amount > request.captured:
            refund.status, refund.failure_code = "failed", EXCEEDS_PAYMENT
        elif mode == "late" and fault:
            refund.status, refund.due_at = "pending", now + dt.timedelta(seconds=fault.delay_seconds)
        else:
            _succeed(session, refund, now)
        session.add(refund)
        return refund, mode != "timeout_after_success"

    def _facts(self, session: Session, request: RefundRequest) -> tuple[int, bool]:
        """What other refunds have taken of the payment, or are about to; and whether any fault is set."""
        taken = (
            sa.select(sa.func.coalesce(sa.func.sum(GatewayRefund.amount), 0))
            .where(
                GatewayRefund.payment_no == request.payment_no,
                GatewayRefund.refund_no != request.refund_no,
                GatewayRefund.status != "failed",
            )
            .scalar_subquery()
        )
        row = session.execute(sa.select(taken, sa.exists().select_from(GatewayFault))).one()
        return int(row[0]), bool(row[1])


def _succeed(session: Session, refund: GatewayRefund, now: dt.datetime) -> None:
    refund.entry_id = _book(session, refund, refund.amount, "refund", now)
    refund.status = "succeeded"
    refund.due_at = None


def _book(session: Session, refund: GatewayRefund, amount: int, what: str, now: dt.datetime) -> uuid.UUID:
    """Book what goes back, or comes back from there; each attempt can be booked once."""
    again = "" if refund.attempt_no == 1 else f"#{refund.attempt_no}"
    return book(
        session,
        reference=f"{what}{again}:{refund.refund_no}:{refund.payment_no}",
        currency=refund.currency,
        sides=(
            Side(account="merchant_balance", kind="liability", amount=amount),
            Side(account=f"tender:{refund.tender}", kind="asset", amount=-amount),
        ),
        memo=refund.refund_no,
        at=now,
    )


def _outcome(refund: GatewayRefund | None) -> Outcome:
    if refund is None:
        return Outcome(status=OutcomeStatus.UNKNOWN)
    return Outcome(
        status=OutcomeStatus(refund.status),
        code=refund.failure_code,
        reference=str(refund.entry_id) if refund.entry_id else "",
    )
