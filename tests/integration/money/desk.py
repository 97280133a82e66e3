"""A refund desk to test on: cases, their refunds, and a gateway that can misbehave."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.clock import FixedClock
from processes.cases.cancelling import cancel_lines
from processes.cases.carrying import close
from processes.cases.requesting import RequestCancellation, request_cancellation
from processes.cases.tables import CancellationCase
from processes.fakes import FakeProcessEngine
from processes.liability.posting import post_case
from processes.money.executing import RefundRun
from processes.money.gateway import RefundGateway
from processes.money.ledger.gateway import LedgerGateway
from processes.money.ledger.tables import LedgerPosting
from processes.money.preparing import prepare_refund
from processes.money.settling import settle_refund
from processes.money.tables import Refund
from processes.orders.tables import Order, Payment
from tests.marketplace import Marketplace, Transactions, marketplace


def open_case(
    market: Marketplace, order: Order, quantities: dict[int, int] | None = None
) -> CancellationCase:
    """Ask for a cancellation of some units by line number; of everything if none are named."""
    units = {line.line_no: line.quantity for line in order.lines} if quantities is None else quantities
    return request_cancellation(
        market.session,
        FakeProcessEngine(),
        RequestCancellation(
            order_no=order.order_no,
            lines=tuple((line.id, units[line.line_no]) for line in order.lines if line.line_no in units),
            reason="B_MIND",
        ),
        market.buyer,
        market.now,
    )


def cancelled(
    market: Marketplace,
    order: Order,
    quantities: dict[int, int] | None = None,
    *,
    freight_payer: str = "",
    seller_at_fault: bool = False,
) -> Refund:
    """Open a case, cancel its units, prepare its refund and close it."""
    case = open_case(market, order, quantities)
    cancel_lines(market.session, case, actor=SYSTEM, now=market.now)
    refund = prepare_refund(
        market.session,
        case,
        freight_payer=freight_payer,
        seller_at_fault=seller_at_fault,
        actor=SYSTEM,
        now=market.now,
    )
    close(market.session, case, "refunded", actor=SYSTEM, now=market.now)
    market.session.flush()
    return refund


@dataclass
class Desk:
    """Executes refunds on a database that others use at the same time."""

    database: sa.Engine
    clock: FixedClock

    def __post_init__(self) -> None:
        """Open the embedded gateway."""
        self.transaction = Transactions(self.database)
        self.gateway: RefundGateway = LedgerGateway(self.transaction, self.clock)

    def prepared(self, *, lines: list[tuple[int, int]], tenders: list[tuple[str, int]]) -> str:
        """An order with a prepared refund of all of it; the refund's number."""
        with self.transaction() as session:
            market = marketplace(session)
            return cancelled(market, market.order(lines, tenders=tenders)).refund_no

    def run(self, refund_no: str) -> RefundRun:
        """A run on a refund."""
        return RefundRun(
            transaction=self.transaction, gateway=self.gateway, refund_no=refund_no, now=self.clock.now()
        )

    def settle(self, refund_no: str) -> None:
        """Settle a refund, and post who bears it."""
        with self.transaction() as session:
            settled = settle_refund(session, refund_no, actor=SYSTEM, now=self.clock.now())
            post_case(session, settled.case_no, cause="settled", now=self.clock.now())

    def moved(self) -> int:
        """What has really gone back, by the books."""
        with self.transaction() as session:
            return session.scalars(
                sa.select(sa.func.coalesce(sa.func.sum(LedgerPosting.amount), 0)).where(
                    LedgerPosting.account_code == "merchant_balance:CNY"
                )
            ).one()

    def payments(self) -> list[tuple[str, int, int]]:
        """Tender, pending and succeeded of each payment."""
        with self.transaction() as session:
            return [
                (p.tender, p.refunded_pending, p.refunded_succeeded)
                for p in session.scalars(sa.select(Payment).order_by(Payment.payment_no))
            ]

    def refund(self, refund_no: str) -> Refund:
        """A refund with everything that belongs to it."""
        with self.transaction() as session:
            refund = session.get_one(Refund, refund_no)
            for part in refund.parts:
                assert part.attempts is not None
            return refund


def total_refunded(session: Session, order: Order) -> int:
    """The sum of an order's refunds, whatever their status."""
    return session.scalars(
        sa.select(sa.func.coalesce(sa.func.sum(Refund.amount), 0)).where(Refund.order_id == order.id)
    ).one()
