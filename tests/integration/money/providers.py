"""Payment providers as the model of refunds sees them: each can be made to fail in its own ways."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, Protocol

import sqlalchemy as sa

from engine.clock import Clock
from processes.money.gateway import RefundGateway
from processes.money.ledger.faults import clear_faults, set_fault
from processes.money.ledger.gateway import LedgerGateway
from processes.money.ledger.tables import LedgerEntry, LedgerPosting
from processes.money.tables import RefundPart
from tests.integration.gateway.stripe_bench import StripeBench, on_stripe
from tests.integration.gateway.wechat_bench import WechatBench, on_wechat
from tests.marketplace import NOW, Transactions
from tests.standins.proxy import Fault

Mode = Literal["fail", "timeout", "timeout_after_success", "late", "broken", "busy", "hold", "repeat"]

_numbers = itertools.count(1)

ON_THE_LINE: dict[Mode, Fault] = {
    "timeout": "drop_request",
    "timeout_after_success": "drop_answer",
    "broken": "broken",
    "busy": "busy",
    "hold": "hold",
    "repeat": "repeat",
}

WITHOUT_KEYS: Sequence[Mode] = ("fail", "late", "timeout", "timeout_after_success", "broken", "busy")
WITH_KEYS: Sequence[Mode] = (*WITHOUT_KEYS, "hold", "repeat")


class Provider(Protocol):
    """A provider, and what the model does to it.

    Attributes:
        modes: How it can misbehave.
    """

    modes: Sequence[Mode]

    def gateway(self, clock: Clock) -> RefundGateway:
        """An adapter to it."""
        ...

    def pay(self, tender: str, amount: int) -> str:
        """Take a payment; its number there."""
        ...

    def misbehave(self, mode: Mode, tender: str | None) -> None:
        """Let the next submission go wrong; some can tell tenders apart."""
        ...

    def arrive(self) -> None:
        """What was held up on the line arrives, and what was late has come to its end."""
        ...

    def heal(self) -> None:
        """Let everything work again."""
        ...

    def fail_afterwards(self, part: RefundPart) -> None:
        """Let a part that has succeeded fail after all."""
        ...

    def moved(self, payments: Sequence[tuple[str, str]]) -> int:
        """What has really gone back by payments, of which our number and its are given."""
        ...


class LedgerProvider:
    """The embedded ledger."""

    modes: Sequence[Mode] = ("fail", "timeout", "timeout_after_success", "late")

    def __init__(self, database: sa.Engine) -> None:
        self._transaction = Transactions(database)
        self._ledger: LedgerGateway

    def gateway(self, clock: Clock) -> RefundGateway:
        self._ledger = LedgerGateway(self._transaction, clock)
        return self._ledger

    def pay(self, tender: str, amount: int) -> str:
        return f"{tender}-{next(_numbers)}"

    def misbehave(self, mode: Mode, tender: str | None) -> None:
        with self._transaction() as session:
            set_fault(session, mode, tender=tender, count=1, delay_seconds=60, now=NOW)  # type: ignore[arg-type]

    def arrive(self) -> None:
        """It never loses anything, and what is late is so by the clock."""

    def heal(self) -> None:
        with self._transaction() as session:
            clear_faults(session)

    def fail_afterwards(self, part: RefundPart) -> None:
        self._ledger.fail_afterwards(part.refund_no, part.payment.payment_no, "ACCOUNT_CLOSED")

    def moved(self, payments: Sequence[tuple[str, str]]) -> int:
        ends = sa.or_(*(LedgerEntry.reference.endswith(f":{number}") for number, _ in payments))
        with self._transaction() as session:
            return session.scalars(
                sa.select(sa.func.coalesce(sa.func.sum(LedgerPosting.amount), 0))
                .join(LedgerEntry)
                .where(LedgerPosting.account_code == "merchant_balance:CNY", ends)
            ).one()


class StripeProvider:
    """Stripe's stand-in. It has taken more than was ordered, so that it wouldn't stop a second refund."""

    def __init__(self, bench: StripeBench, *, knows_keys: bool) -> None:
        self._bench = bench
        # Nothing protects money at a provider that ignores keys, if the line repeats requests.
        self.modes: Sequence[Mode] = WITH_KEYS if knows_keys else WITHOUT_KEYS

    def gateway(self, clock: Clock) -> RefundGateway:
        return self._bench.gateway

    def pay(self, tender: str, amount: int) -> str:
        return self._bench.take_payment(0, max(amount * 5, 50), "CNY")

    def misbehave(self, mode: Mode, tender: str | None) -> None:
        if mode == "fail":
            self._bench.next_fails()
        elif mode == "late":
            self._bench.next_is_late()
        else:
            self._bench.proxy.faults.append(ON_THE_LINE[mode])

    def arrive(self) -> None:
        self._bench.proxy.release()
        self._bench.let_time_pass()

    def heal(self) -> None:
        self._bench.proxy.faults.clear()
        self._bench.overlay.refuse_next, self._bench.overlay.next_is_late = "", False
        self.arrive()

    def fail_afterwards(self, part: RefundPart) -> None:
        self._bench.overlay.failed[part.gateway_reference] = "lost_or_stolen_card"

    def moved(self, payments: Sequence[tuple[str, str]]) -> int:
        gone = {*self._bench.overlay.pending, *self._bench.overlay.failed}
        return sum(
            refund.amount
            for _, reference in payments
            for refund in self._bench.refunds(reference)
            if refund.id not in gone
        )


class WechatProvider:
    """WeChat Pay's stand-in, which lets more be refunded than was paid."""

    modes = WITH_KEYS

    def __init__(self, bench: WechatBench) -> None:
        self._bench = bench

    def gateway(self, clock: Clock) -> RefundGateway:
        return self._bench.gateway

    def pay(self, tender: str, amount: int) -> str:
        return self._bench.standin.pay(amount)

    def misbehave(self, mode: Mode, tender: str | None) -> None:
        if mode == "fail":
            self._bench.next_fails()
        elif mode == "late":
            self._bench.next_is_late()
        else:
            self._bench.proxy.faults.append(ON_THE_LINE[mode])

    def arrive(self) -> None:
        self._bench.proxy.release()
        self._bench.let_time_pass()

    def heal(self) -> None:
        self._bench.proxy.faults.clear()
        self._bench.standin.next_status.clear()
        self.arrive()
        for refund in self._bench.standin.refunds.values():
            if refund["status"] == "ABNORMAL":  # dealt with on the merchant's pages
                refund["status"] = "SUCCESS"

    def fail_afterwards(self, part: RefundPart) -> None:
        for refund in self._bench.standin.refunds.values():
            if refund["refund_id"] == part.gateway_reference:
                refund["status"] = "ABNORMAL"

    def moved(self, payments: Sequence[tuple[str, str]]) -> int:
        return sum(self._bench.standin.refunded(reference) for _, reference in payments)


@contextmanager
def stripe_provider(standin: str, *, knows_keys: bool) -> Iterator[Provider]:
    """Stripe's adapter on a stand-in at an address."""
    with on_stripe(standin) as bench:
        yield StripeProvider(bench, knows_keys=knows_keys)


@contextmanager
def wechat_provider() -> Iterator[Provider]:
    """WeChat Pay's adapter on a stand-in of its own."""
    with on_wechat(overdraws=True) as bench:
        yield WechatProvider(bench)
