"""A model of refunds under faults: whatever happens in whatever order, not one unit goes back twice.

Requests, answers and notices get lost, come late, twice and in the wrong order; the process is killed;
notices are wrong; buyers dispute payments at their banks, which decide either way.

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
from processes.chargebacks.recording import note_standing
from processes.chargebacks.tables import Chargeback
from processes.liability.checking import check_books
from processes.liability.posting import post_case
from processes.liability.posting_chargebacks import post_chargeback
from processes.liability.tables import LiabilityEntry, LiabilityPosting
from processes.money.disputed import BANK
from processes.money.errors import PaymentDisputed, RefundFailed, RefundUnsettled
from processes.money.gateway import ChargebackStanding, Outcome, RefundGateway, RefundRequest
from processes.money.reopening import reopen_refund
from processes.money.tables import Refund, RefundAttempt, RefundPart
from processes.orders.tables import Order, Payment
from tests.integration.money.desk import Desk, cancelled
from tests.integration.money.hearing import Line, told_by
from tests.integration.money.providers import (
    LedgerProvider,
    Provider,
    stripe_provider,
    wechat_provider,
)
from tests.marketplace import NOW, Marketplace, marketplace
from tests.standins.proxy import Fault

HISTORIES = {"ledger": 20, "stripe-stateful-mock": 6, "localstripe": 6, "wechatpay": 6}
"""How many are tried in a usual run."""


MISHAPS: tuple[Fault, ...] = ("drop_request", "drop_answer", "repeat", "hold", "busy", "broken")
"""What becomes of notices on their way; those that are held arrive after others that were sent later."""


class Killed(Exception):
    """The process is gone."""


INCIDENTS = (RefundFailed, PaymentDisputed, RefundUnsettled)
"""What an operator is told, and tries again."""


class Mortal:
    """A gateway whose caller is killed before or after the next call."""

    def __init__(self, gateway: RefundGateway) -> None:
        self.gateway = gateway
        self.kill: str | None = None

    def provider_of(self, tender: str) -> str:
        return self.gateway.provider_of(tender)

    def chargeback(self, provider: str, reference: str) -> ChargebackStanding:
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
    line: Line | None

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
            found = payments.all()
            self.payments = [(one.payment_no, one.reference) for one in found]
            self.captured = {one.payment_no: one.captured for one in found}
        self.refunds: list[str] = []
        self.disputes: dict[str, str] = {}
        self.decided: set[str] = set()
        self.overtaken: list[tuple[str, str, ChargebackStanding, dt.datetime]] = []
        self.bounced: dict[str, dict[int, int]] = {}

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
        with contextlib.suppress(Killed, *INCIDENTS):
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
    @rule(data=st.data(), truly=st.booleans())
    def fail_afterwards(self, data: st.DataObject, truly: bool) -> None:
        """A part that has succeeded fails after all, or a notice only says so."""
        refund_no = data.draw(st.sampled_from(self.refunds))
        with self.desk.transaction() as session:
            refund = session.get_one(Refund, refund_no)
            by_us = [part for part in refund.parts if part.gateway_reference not in self.disputes.values()]
            if refund.status != "succeeded" or not by_us:
                return
            part = data.draw(st.sampled_from(by_us))
            if truly:
                self.provider.fail_afterwards(part)
                self.bounced.setdefault(refund_no, {})[part.position] = part.amount
            elif self.line is not None:
                self.provider.tell_wrongly(part)

    @precondition(lambda self: self.refunds)
    @rule(data=st.data(), times=st.integers(1, 2))
    def recheck(self, data: st.DataObject, times: int) -> None:
        """A settled refund is looked at again, as after a notice; perhaps by two at once."""
        refund_no = data.draw(st.sampled_from(self.refunds))
        for _ in range(times):
            self._recheck(refund_no)

    @precondition(lambda self: self.line is not None)
    @rule(mishaps=st.lists(st.sampled_from(MISHAPS), max_size=3))
    def tell(self, mishaps: list[Fault]) -> None:
        """The provider sends what it has to tell, and what wasn't taken before."""
        assert self.line is not None
        self.line.proxy.faults.extend(mishaps)
        self.line.notifier.add(self.provider.news())
        self.line.notifier.send()

    @precondition(lambda self: self.line is not None)
    @rule()
    def hear(self) -> None:
        """What notices have woken asks the provider."""
        self._hear()

    @precondition(lambda self: self.provider.disputable and len(self.disputes) < len(self.payments))
    @rule(data=st.data())
    def dispute(self, data: st.DataObject) -> None:
        """The buyer goes to his bank, and may get from both what he is owed once."""
        left = [one for one in self.payments if one[0] not in self.disputes]
        payment_no, reference = data.draw(st.sampled_from(left))
        self.disputes[payment_no] = self.provider.dispute(reference, self.captured[payment_no])

    @precondition(lambda self: self.disputes)
    @rule(data=st.data(), lost=st.booleans(), fee_back=st.booleans())
    def decide(self, data: st.DataObject, lost: bool, fee_back: bool) -> None:
        """The bank decides; it decides once. Who has won may get the fee back."""
        payment_no = data.draw(st.sampled_from(sorted(self.disputes)))
        if payment_no not in self.decided:
            self.decided.add(payment_no)
            self.provider.decide(self.disputes[payment_no], lost=lost, fee_back=fee_back)

    @precondition(lambda self: self.line is not None and self.disputes)
    @rule()
    def ask_slowly(self) -> None:
        """Somebody asks how the disputes stand; his answer is taken up later, perhaps after others."""
        with self.desk.transaction() as session:
            rows = session.execute(
                sa.select(Chargeback.provider, Chargeback.reference)
                .join(Payment, Payment.id == Chargeback.payment_id)
                .where(Payment.order_id == self.order_id)
                .order_by(Chargeback.reference)
            )
            known = [(provider, reference) for provider, reference in rows]
        for provider, reference in known:
            standing = self.gateway.chargeback(provider, reference)
            self.overtaken.append((provider, reference, standing, self.clock.now()))

    @precondition(lambda self: self.overtaken)
    @rule(data=st.data())
    def answer_late(self, data: st.DataObject) -> None:
        """Such an answer is taken up."""
        number = data.draw(st.integers(0, len(self.overtaken) - 1))
        self._take_up(*self.overtaken.pop(number))

    @rule()
    def wait(self) -> None:
        self.clock.advance(dt.timedelta(minutes=2))
        self.provider.arrive()
        if self.line is not None:
            self.line.proxy.release()

    def _recheck(self, refund_no: str) -> None:
        failed = self.desk.run(refund_no).recheck()
        with self.desk.transaction() as session:
            if failed:
                reopen_refund(session, refund_no, failed, actor=SYSTEM, now=self.clock.now())
                case_no = session.get_one(Refund, refund_no).case_no
                post_case(session, case_no, cause="reopened", now=self.clock.now())
                self.bounced.pop(refund_no, None)

    def _hear(self) -> None:
        assert self.line is not None
        hearing = self.line.hearing
        asked, hearing.asked = hearing.asked, []
        doubted, hearing.doubted = hearing.doubted, []
        for refund_no in asked:
            with contextlib.suppress(Killed, *INCIDENTS):
                self.desk.run(refund_no).query(last=False)
        for refund_no in doubted:
            self._recheck(refund_no)
        disputed, hearing.disputed = hearing.disputed, []
        for provider, reference in disputed:
            self._ask_bank(provider, reference)

    def _ask_bank(self, provider: str, reference: str) -> None:
        """What the diagram ``chargeback_watch`` does after each notice."""
        self._take_up(provider, reference, self.gateway.chargeback(provider, reference), self.clock.now())

    def _take_up(
        self, provider: str, reference: str, standing: ChargebackStanding, asked_at: dt.datetime
    ) -> None:
        with self.desk.transaction() as session:
            chargeback = session.get_one(Chargeback, (provider, reference))
            note_standing(session, chargeback, standing, asked_at=asked_at, now=self.clock.now())
            post_chargeback(session, chargeback, cause="chargeback", now=self.clock.now())

    def _by_bank(self) -> dict[str, int]:
        """What the books say that banks have paid of refunds, by the payment."""
        with self.desk.transaction() as session:
            latest = (
                sa.select(RefundAttempt.request["gateway"].as_string())
                .where(RefundAttempt.part_id == RefundPart.id)
                .order_by(RefundAttempt.attempt_no.desc())
                .limit(1)
                .scalar_subquery()
            )
            rows = session.execute(
                sa.select(Payment.payment_no, sa.func.sum(RefundPart.amount))
                .join(Payment, Payment.id == RefundPart.payment_id)
                .where(Payment.order_id == self.order_id, RefundPart.status == "succeeded", latest == BANK)
                .group_by(Payment.payment_no)
            ).all()
        return {payment_no: int(amount) for payment_no, amount in rows}

    @invariant()
    def books_and_counters_agree(self) -> None:
        with self.desk.transaction() as session:
            by_bank = self._by_bank()
            moved = self.provider.moved(self.payments) + sum(by_bank.values())
            rows = session.execute(
                sa.select(Refund.status, Refund.amount).where(Refund.order_id == self.order_id)
            ).all()
            payments = session.scalars(sa.select(Payment).where(Payment.order_id == self.order_id)).all()
            settled = sum(amount for status, amount in rows if status == "succeeded")
            assert all(amount <= self.captured[number] for number, amount in by_bank.items())
            assert set(by_bank) <= self.decided
            # What has come back is still counted as paid until somebody hears of it.
            unheard = sum(sum(parts.values()) for parts in self.bounced.values())
            assert settled - unheard <= moved <= sum(amount for _, amount in rows) <= self.total
            assert sum(payment.refunded_succeeded for payment in payments) == settled
            assert sum(payment.refunded_pending for payment in payments) == sum(
                amount for status, amount in rows if status != "succeeded"
            )

    def teardown(self) -> None:
        """At last everything works again: every refund settles, and exactly once."""
        self.provider.heal()
        self.gateway.kill = None
        self.clock.advance(dt.timedelta(hours=1))
        for payment_no in sorted(set(self.disputes) - self.decided):
            self.provider.decide(self.disputes[payment_no], lost=False, fee_back=False)
        self._tell_everything()
        # What was answered long ago changes nothing any more.
        for late in self.overtaken:
            self._take_up(*late)
        for refund_no in self.refunds:
            for _ in range(2 * len(self.payments)):
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
            assert check_books(session).right
            fees = session.scalars(
                sa.select(sa.func.coalesce(sa.func.sum(LiabilityPosting.amount), 0))
                .join(LiabilityEntry, LiabilityEntry.id == LiabilityPosting.entry_id)
                .join(Chargeback, Chargeback.id == LiabilityEntry.chargeback_id)
                .join(Payment, Payment.id == Chargeback.payment_id)
                .where(LiabilityPosting.account.startswith("provider:"), Payment.order_id == self.order_id)
            ).one()
            assert fees == sum(self.provider.charged(dispute) for dispute in self.disputes.values())
        assert self.provider.moved(self.payments) + sum(self._by_bank().values()) == expected
        if not any(self.left.values()):
            assert expected == self.total

    def _tell_everything(self) -> None:
        """Every notice is taken at last, and wakes what it is about; without any, somebody looks himself."""
        if self.line is None:
            for refund_no in self.refunds:
                self._recheck(refund_no)
            return
        self.line.proxy.faults.clear()
        self.line.proxy.release()
        self.line.notifier.add(self.provider.news())
        self.line.notifier.send()
        assert not self.line.notifier.waiting
        self._hear()


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


@pytest.fixture
def line(request: pytest.FixtureRequest, provider: Provider, database_url: str) -> Iterator[Line | None]:
    """The way by which the provider's notices come to the product; None if it sends none."""
    if provider.settings is None:
        yield None
        return
    name = "wechatpay" if provider.settings.wechatpay else "stripe"
    with told_by(name, provider.settings, database_url, FixedClock(NOW)) as found:
        yield found


def test_not_one_unit_goes_back_twice(
    database: sa.Engine, provider: Provider, line: Line | None, request: pytest.FixtureRequest
) -> None:
    desk = Desk(database, FixedClock(NOW))
    with desk.transaction() as session:
        market = marketplace(session)
    parts = {"desk": desk, "market": market, "provider": provider, "line": line}
    model: Any = type("Model", (RefundModel,), parts)
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
