"""A model of refunds under faults: whatever happens in whatever order, not one unit goes back twice.

The usual run tries a few histories with each provider. Thousands more:
``./tuidan test tests/integration/money/test_refund_model.py --hypothesis-profile=thorough --timeout=0``
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.actors import SYSTEM
from engine.clock import FixedClock
from processes.money.errors import RefundFailed, RefundUnsettled
from processes.money.gateway import ChargebackStatus, Outcome, RefundGateway, RefundRequest
from processes.money.reopening import reopen_refund
from processes.money.tables import Refund
from processes.orders.tables import Order, Payment
from tests.integration.money.desk import Desk, cancelled
from tests.integration.money.providers import (
    LedgerProvider,
    Provider,
    stripe_provider,
    wechat_provider,
)
from tests.marketplace import NOW, Marketplace, marketplace

HISTORIES = {"ledger": 20, "stripe-stateful-mock": 6, "localstripe": 6, "wechatpay": 6}
"""How many are tried in a usual run."""


class Killed(Exception):
    """The process is gone."""


class Mortal:
    """A gateway whose caller is killed before or after the next call."""

    def __init__(self, gateway: RefundGateway) -> None:
        self.gateway = gateway
        self.kill: str | None = None

    def provider_of(self, tender: str) -> str:
        return self.gateway.provider_of(tender)

    def chargeback(self, provider: str, reference: str) -> ChargebackStatus:
        return self.gateway.chargeback(provider, reference)

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
    provider: Provider

    @initialize(
        prices=st.lists(st.integers(1, 999), min_size=1, max_size=3),
        share=st.integers(1, 99),
        freight=st.integers(0, 50),
    )
    def place(self, prices: list[int], share: int, freight: int) -> None:
        self.clock = FixedClock(NOW)
        self.desk.clock = self.clock
        self.gateway = Mortal(self.provider.gateway(self.clock))
        self.desk.gateway = self.gateway
        self.provider.heal()
        total = sum(prices) * 2 + freight
        first = max(1, total * share // 100)
        tenders = [("wechat", first)] + ([("points", total - first)] if total > first else [])
        with self.desk.transaction() as session:
            self.market.session = session
            order = self.market.order(
                [(price, 2) for price in prices],
                tenders=tenders,
                freight=freight,
                reference=self.provider.pay,
            )
            self.order_id, self.total = order.id, order.total
            self.left = {line.line_no: line.quantity for line in order.lines}
        with self.desk.transaction() as session:
            payments = session.scalars(sa.select(Payment).where(Payment.order_id == self.order_id))
            self.payments = [(one.payment_no, one.reference) for one in payments]
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

    @rule(data=st.data(), tender=st.sampled_from([None, "wechat", "points"]), count=st.integers(1, 2))
    def misbehave(self, data: st.DataObject, tender: str | None, count: int) -> None:
        mode = data.draw(st.sampled_from(self.provider.modes))
        for _ in range(count):
            self.provider.misbehave(mode, tender)

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

    @precondition(lambda self: self.refunds)
    @rule(data=st.data(), truly=st.booleans(), times=st.integers(1, 2))
    def notice(self, data: st.DataObject, truly: bool, times: int) -> None:
        """A notice says that a refund has failed: late, again, and perhaps wrongly."""
        refund_no = data.draw(st.sampled_from(self.refunds))
        with self.desk.transaction() as session:
            refund = session.get_one(Refund, refund_no)
            if truly and refund.status == "succeeded" and refund.parts:
                self.provider.fail_afterwards(data.draw(st.sampled_from(refund.parts)))
        for _ in range(times):
            failed = self.desk.run(refund_no).recheck()
            with self.desk.transaction() as session:
                if failed:
                    reopen_refund(session, refund_no, failed, actor=SYSTEM, now=self.clock.now())

    @rule()
    def wait(self) -> None:
        self.clock.advance(dt.timedelta(minutes=2))
        self.provider.arrive()

    @invariant()
    def books_and_counters_agree(self) -> None:
        with self.desk.transaction() as session:
            moved = self.provider.moved(self.payments)
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
        self.provider.heal()
        self.gateway.kill = None
        self.clock.advance(dt.timedelta(hours=1))
        for refund_no in self.refunds:
            for _ in self.payments:
                with contextlib.suppress(RefundFailed):
                    # An attempt that was never answered may turn out to have failed: that is told first.
                    self.desk.run(refund_no).query(last=True)
            assert self.desk.run(refund_no).query(last=True) == "succeeded"
            self.desk.settle(refund_no)
        self.provider.arrive()
        with self.desk.transaction() as session:
            expected = session.scalars(
                sa.select(sa.func.coalesce(sa.func.sum(Refund.amount), 0)).where(
                    Refund.order_id == self.order_id
                )
            ).one()
        assert self.provider.moved(self.payments) == expected
        if not any(self.left.values()):
            assert expected == self.total


@pytest.fixture(params=HISTORIES)
def provider(request: pytest.FixtureRequest, database: sa.Engine) -> Iterator[Provider]:
    match request.param:
        case "ledger":
            yield LedgerProvider(database)
        case "wechatpay":
            with wechat_provider() as found:
                yield found
        case "localstripe":
            with stripe_provider(request.getfixturevalue("localstripe_url"), knows_keys=False) as found:
                yield found
        case _:
            with stripe_provider(request.getfixturevalue("stripe_mock_url"), knows_keys=True) as found:
                yield found


def test_not_one_unit_goes_back_twice(
    database: sa.Engine, provider: Provider, request: pytest.FixtureRequest
) -> None:
    desk = Desk(database, FixedClock(NOW))
    with desk.transaction() as session:
        market = marketplace(session)
    model: Any = type("Model", (RefundModel,), {"desk": desk, "market": market, "provider": provider})
    machine = model.TestCase
    usual = HISTORIES[request.node.callspec.params["provider"]]
    profile = settings.get_current_profile_name()
    machine.settings = settings(
        max_examples=settings.get_profile(profile).max_examples if profile == "thorough" else usual,
        stateful_step_count=25,
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    machine().runTest()
