"""Stripe's adapter on one of its stand-ins, behind a proxy that lets things go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from processes.money.gateway import RefundRequest
from processes.money.stripe.gateway import StripeGateway
from tests.integration.gateway.contract import Bench
from tests.standins.proxy import FaultProxy
from tests.standins.stripe import StripeOverlay

STRIPE_KEY = "sk_test_12345"
CARD = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2040", "cvc": "123"}
PATIENCE = (0.4, 0.4)
"""Seconds that the adapter waits for an answer: less than a late one takes, and for a stand-in enough."""


class StripeBench(Bench):
    def __init__(self, proxy: FaultProxy, overlay: StripeOverlay, standin: str) -> None:
        self.proxy, self.overlay = proxy, overlay
        self.gateway = StripeGateway(STRIPE_KEY, base_url=proxy.url, timeout=(5.0, 10.0))
        self.impatient = StripeGateway(STRIPE_KEY, base_url=proxy.url, timeout=PATIENCE)
        self.client = stripe.StripeClient(STRIPE_KEY, base_addresses={"api": standin})

    def take_payment(self, number: int, captured: int, currency: str) -> str:
        """One stand-in takes charges by a token, the other payment intents by a card."""
        try:
            charge = self.client.v1.charges.create(
                {"amount": captured, "currency": currency.lower(), "source": "tok_visa"}
            )
        except stripe.StripeError:
            card = self.client.v1.payment_methods.create({"type": "card", "card": CARD})  # type: ignore[arg-type]
            intent = self.client.v1.payment_intents.create(
                {
                    "amount": captured,
                    "currency": currency.lower(),
                    "payment_method": card.id,
                    "confirm": True,
                }
            )
            return intent.id
        return charge.id

    def refunds(self, reference: str) -> list[stripe.Refund]:
        """What the stand-in itself knows of a payment's refunds."""
        key = "payment_intent" if reference.startswith("pi_") else "charge"
        return list(self.client.v1.refunds.list({key: reference, "limit": 100}))  # type: ignore[arg-type]

    def refunded(self, request: RefundRequest) -> int:
        gone = {*self.overlay.pending, *self.overlay.failed}
        return sum(one.amount for one in self.refunds(request.payment_reference) if one.id not in gone)

    def next_fails(self) -> None:
        self.overlay.refuse_next = "balance_insufficient"

    def next_times_out(self, *, after_success: bool) -> None:
        self.proxy.faults.append("drop_answer" if after_success else "drop_request")

    def next_is_late(self) -> None:
        self.overlay.next_is_late = True

    def let_time_pass(self) -> None:
        self.overlay.settle()


@contextmanager
def on_stripe(standin: str) -> Iterator[StripeBench]:
    """The adapter on a stand-in at an address."""
    overlay = StripeOverlay()
    with FaultProxy(standin, overlay).running() as proxy:
        yield StripeBench(proxy, overlay, standin)
