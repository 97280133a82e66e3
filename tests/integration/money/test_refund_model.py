"""A model of refunds under faults: whatever happens in whatever order, not one unit goes back twice."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.clock import FixedClock
from processes.money.errors import RefundFailed, RefundUnsettled
from processes.money.gateway import Outcome, RefundGateway, RefundRequest
from processes.money.ledger.faults import clear_faults, set_fault
from processes.money.ledger.tables import LedgerEntry, LedgerPosting
from processes.money.settling import settle_refund
from processes.money.tables import Refund
from processes.orders.tables import Order, Payment
from tests.integration.money.desk import Desk, cancelled
from tests.marketplace import NOW, Marketplace, marketplace


class Killed(Exception):
    """The process is gone."""


class Mortal:
    """A gateway whose caller is killed before or after the next call."""

    def __init__(self, gateway: RefundGateway) -> None:
        self.gateway = gateway
        self.kill: str | None = None

    def provider_of(self, tender: str) -> str:
        return self.gateway.provider_of(tender)

    def submit(self, request: RefundRequest) -> Outcome:
        kill, self.kill = self.kill, None
        if kill == "before":
            raise Killed
        outcome = self.gateway.submit(request)
        if kill == "after":
            raise Killed
        return outcome

    def query(self, request: RefundRequest) -> Outcome:
        return self.gateway.query(request)


class RefundModel(RuleBasedStateMachine):
    """One order of two tenders, refunded line by line, while everything goes wrong."""

    desk: Desk
    market: Marketplace

    @initialize(
        prices=st.lists(st.integers(1, 999), min_size=1, max_size=3),
        share=st.integers(1, 99),
        freight=st.integers(0, 50),
    )
    def place(self, prices: list[int], share: int, freight: int) -> None:
        self.clock = FixedClock(NOW)
        self.desk.clock = self.clock
        self.gateway = Mortal(type(self.desk)(self.desk.database, self.clock).gateway)
        self.desk.gateway = self.gateway
        total = sum(prices) * 2 + freight
        first = max(1, total * share // 100)
        tenders = [("wechat", first)] + ([("points", total - first)] if total > first else [])
        with self.desk.transaction() as session:
            clear_faults(session)
            self.market.session = session
            order = self.market.order([(price, 2) for price in prices], tenders=tenders, freight=freight)
            self.order_id, self.total = order.id, order.total
            self.left = {line.line_no: line.quantity for line in order.lines}
        self.refunds: list[str] = []

    @precondition(lambda self: any(self.left.values()))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        line_no = data.draw(st.sampled_from([n for n, left in self.left.items() if left]))
        quantity = data.draw(st.integers(1, self.left[line_no]))
        with self.desk.transaction() as session:
            self.market.session = session
            order = session.get_one(Order, self.order_id)
            self.refunds.append(cancelled(self.market, order, {line_no: quantity}).refund_no)
        self.left[line_no] -= quantity

    @rule(
        mode=st.sampled_from(["fail", "timeout", "timeout_after_success", "late"]),
        tender=st.sampled_from([None, "wechat", "points"]),
        count=st.integers(1, 2),
    )
    def misbehave(self, mode: Any, tender: str | None, count: int) -> None:
        with self.desk.transaction() as session:
            set_fault(session, mode, tender=tender, count=count, delay_seconds=60, now=NOW)

    @rule(kill=st.sampled_from(["before", "after"]))
    def kill_next(self, kill: str) -> None:
        self.gateway.kill = kill

    @precondition(lambda self: self.refunds)
    @rule(data=st.data(), ask=st.booleans())
    def work(self, data: st.DataObject, ask: bool) -> None:
        run = self.desk.run(data.draw(st.sampled_from(self.refunds)))
        with contextlib.suppress(Killed, RefundFailed):
            if ask:
                run.query(last=False)
            else:
                run.execute()

    @precondition(lambda self: self.refunds)
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        with contextlib.suppress(RefundUnsettled):
            self.desk.settle(data.draw(st.sampled_from(self.refunds)))

    @rule()
    def wait(self) -> None:
        self.clock.advance(dt.timedelta(minutes=2))

    @invariant()
    def books_and_counters_agree(self) -> None:
        with self.desk.transaction() as session:
            moved = self._moved(session)
            rows = session.execute(
                sa.select(Refund.status, Refund.amount).where(Refund.order_id == self.order_id)
            ).all()
            payments = session.scalars(sa.select(Payment).where(Payment.order_id == self.order_id)).all()
            settled = sum(amount for status, amount in rows if status == "succeeded")
            assert settled <= moved <= sum(amount for _, amount in rows) <= self.total
            assert sum(payment.refunded_succeeded for payment in payments) == settled
            assert sum(payment.refunded_pending for payment in payments) == sum(
                amount for status, amount in rows if status != "succeeded"
            )

    def teardown(self) -> None:
        """At last everything works again: every refund settles, and exactly once."""
        with self.desk.transaction() as session:
            clear_faults(session)
        self.gateway.kill = None
        self.clock.advance(dt.timedelta(hours=1))
        for refund_no in self.refunds:
            with contextlib.suppress(RefundFailed):
                # An attempt that was never answered may turn out to have failed: that is told first.
                self.desk.run(refund_no).query(last=True)
            assert self.desk.run(refund_no).query(last=True) == "succeeded"
            with self.desk.transaction() as session:
                settle_refund(session, refund_no, actor=SYSTEM, now=NOW)
        with self.desk.transaction() as session:
            moved = self._moved(session)
            expected = session.scalars(
                sa.select(sa.func.coalesce(sa.func.sum(Refund.amount), 0)).where(
                    Refund.order_id == self.order_id
                )
            ).one()
            assert moved == expected
            if not any(self.left.values()):
                assert moved == self.total

    def _moved(self, session: Session) -> int:
        moved: int = session.scalars(
            sa.select(sa.func.coalesce(sa.func.sum(LedgerPosting.amount), 0))
            .join(LedgerEntry)
            .where(LedgerPosting.amount > 0, LedgerEntry.memo.in_(self.refunds or [""]))
        ).one()
        return moved


def test_not_one_unit_goes_back_twice(database: sa.Engine) -> None:
    desk = Desk(database, FixedClock(NOW))
    with desk.transaction() as session:
        market = marketplace(session)
    RefundModel.desk, RefundModel.market = desk, market
    machine: Any = RefundModel.TestCase
    machine.settings = settings(
        max_examples=20,
        stateful_step_count=25,
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    machine().runTest()
