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
from tests.standins.notifying import Write
from tests.standins.proxy import Fault
from tests.standins.stripe import WEBHOOK_SECRET
from webapp.settings_providers import Providers

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
        settings: The product's settings for it, by which its notices are read; None if it sends none.
        disputable: Whether its payments can be disputed at a bank.
    """

    modes: Sequence[Mode]
    settings: Providers | None
    disputable: bool

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

    def tell_wrongly(self, part: RefundPart) -> None:
        """Have a notice say that a part has failed, though it hasn't."""
        ...

    def news(self) -> Iterator[Write]:
        """What it has to tell the merchant since it was last asked."""
        ...

    def dispute(self, reference: str, amount: int) -> str:
        """A buyer disputes a payment at his bank; the dispute's number."""
        ...

    def decide(self, dispute: str, *, lost: bool, fee_back: bool) -> None:
        """The bank decides about a dispute; the provider may give its fee back if it wasn't lost."""
        ...

    def charged(self, dispute: str) -> int:
        """What it charges for a dispute, less what it has given back."""
        ...

    def moved(self, payments: Sequence[tuple[str, str]]) -> int:
        """What has really gone back by payments, of which our number and its are given."""
        ...


class LedgerProvider:
    """The embedded ledger. It is in the product itself, and has nothing to tell."""

    modes: Sequence[Mode] = ("fail", "timeout", "timeout_after_success", "late")
    settings: Providers | None = None
    disputable = False

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

    def tell_wrongly(self, part: RefundPart) -> None:
        raise NotImplementedError

    def news(self) -> Iterator[Write]:
        return iter(())

    def dispute(self, reference: str, amount: int) -> str:
        raise NotImplementedError

    def decide(self, dispute: str, *, lost: bool, fee_back: bool) -> None:
        raise NotImplementedError

    def charged(self, dispute: str) -> int:
        raise NotImplementedError

    def moved(self, payments: Sequence[tuple[str, str]]) -> int:
        ends = sa.or_(*(LedgerEntry.reference.endswith(f":{number}") for number, _ in payments))
        with self._transaction() as session:
            return session.scalars(
                sa.select(sa.func.coalesce(sa.func.sum(LedgerPosting.amount), 0))
                .join(LedgerEntry)
                .where(LedgerPosting.account_code == "merchant_balance:CNY", ends)
            ).one()


class FarProvider:
    """A provider behind a line on which requests and answers go astray."""

    modes: Sequence[Mode] = WITH_KEYS
    disputable = False

    def __init__(self, bench: StripeBench | WechatBench) -> None:
        self._line = bench

    def gateway(self, clock: Clock) -> RefundGateway:
        return self._line.gateway

    def misbehave(self, mode: Mode, tender: str | None) -> None:
        if mode == "fail":
            self._line.next_fails()
        elif mode == "late":
            self._line.next_is_late()
        else:
            self._line.proxy.faults.append(ON_THE_LINE[mode])

    def arrive(self) -> None:
        self._line.proxy.release()
        self._line.let_time_pass()

    def dispute(self, reference: str, amount: int) -> str:
        raise NotImplementedError

    def decide(self, dispute: str, *, lost: bool, fee_back: bool) -> None:
        raise NotImplementedError

    def charged(self, dispute: str) -> int:
        raise NotImplementedError


class StripeProvider(FarProvider):
    """Stripe's stand-in. It has taken more than was ordered, so that it wouldn't stop a second refund."""

    disputable = True

    def __init__(self, bench: StripeBench, *, knows_keys: bool) -> None:
        super().__init__(bench)
        self._bench = bench
        # Nothing protects money at a provider that ignores keys, if the line repeats requests.
        self.modes = WITH_KEYS if knows_keys else WITHOUT_KEYS
        self.settings: Providers | None = Providers(stripe_webhook_secret=WEBHOOK_SECRET)

    def pay(self, tender: str, amount: int) -> str:
        return self._bench.take_payment(0, max(amount * 5, 50), "CNY")

    def heal(self) -> None:
        self._bench.proxy.faults.clear()
        self._bench.overlay.refuse_next, self._bench.overlay.next_is_late = "", False
        self.arrive()

    def fail_afterwards(self, part: RefundPart) -> None:
        self._bench.overlay.fail(part.gateway_reference, "lost_or_stolen_card")

    def tell_wrongly(self, part: RefundPart) -> None:
        self._bench.overlay.tell_wrongly(part.gateway_reference)

    def news(self) -> Iterator[Write]:
        return self._bench.overlay.news()

    def dispute(self, reference: str, amount: int) -> str:
        return self._bench.overlay.dispute(reference, amount)

    def decide(self, dispute: str, *, lost: bool, fee_back: bool) -> None:
        self._bench.overlay.decide(dispute, "lost" if lost else "won", fee_back=fee_back)

    def charged(self, dispute: str) -> int:
        return self._bench.overlay.charged(dispute)

    def moved(self, payments: Sequence[tuple[str, str]]) -> int:
        gone = {*self._bench.overlay.pending, *self._bench.overlay.failed}
        return sum(
            refund.amount
            for _, reference in payments
            for refund in self._bench.refunds(reference)
            if refund.id not in gone
        )


class WechatProvider(FarProvider):
    """WeChat Pay's stand-in, which lets more be refunded than was paid. It knows no disputes at banks."""

    def __init__(self, bench: WechatBench) -> None:
        super().__init__(bench)
        self._bench = bench
        self.settings: Providers | None = Providers(
            wechatpay=bench.standin.merchant, wechatpay_url=bench.standin.url
        )

    def pay(self, tender: str, amount: int) -> str:
        return self._bench.standin.pay(amount)

    def heal(self) -> None:
        self._bench.proxy.faults.clear()
        self._bench.standin.next_status.clear()
        self.arrive()
        for number, refund in self._bench.standin.refunds.items():
            if refund["status"] == "ABNORMAL":  # dealt with on the merchant's pages
                self._bench.standin.becomes(number, "SUCCESS")

    def fail_afterwards(self, part: RefundPart) -> None:
        self._bench.standin.becomes(self._number(part), "ABNORMAL")

    def tell_wrongly(self, part: RefundPart) -> None:
        self._bench.standin.tell(self._number(part), status="ABNORMAL")

    def news(self) -> Iterator[Write]:
        return self._bench.standin.news()

    def moved(self, payments: Sequence[tuple[str, str]]) -> int:
        return sum(self._bench.standin.refunded(reference) for _, reference in payments)

    def _number(self, part: RefundPart) -> str:
        return next(
            number
            for number, refund in self._bench.standin.refunds.items()
            if refund["refund_id"] == part.gateway_reference
        )


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
