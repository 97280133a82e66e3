"""Each tender's refunds go to its provider, and stay there."""

from __future__ import annotations

import dataclasses

import pytest

from processes.money.errors import GatewayMisconfigured
from processes.money.gateway import ChargebackStanding, Outcome, OutcomeStatus, RefundRequest
from processes.money.routing import RoutingGateway


class Named:
    def __init__(self, name: str) -> None:
        self.outcome = Outcome(status=OutcomeStatus.SUCCEEDED, reference=name)

    def provider_of(self, tender: str) -> str:
        raise AssertionError(tender)

    def chargeback(self, provider: str, reference: str) -> ChargebackStanding:
        raise NotImplementedError

    def submit(self, request: RefundRequest) -> Outcome:
        return self.outcome

    def query(self, request: RefundRequest) -> Outcome:
        return self.outcome


REQUEST = RefundRequest(
    refund_no="R1",
    attempt_no=1,
    payment_no="P1",
    payment_reference="ch_1",
    tender="unionpay",
    amount=1,
    captured=1,
    currency="CNY",
)
ROUTING = RoutingGateway(
    {"ledger": Named("ledger"), "stripe": Named("stripe")}, {"unionpay": "stripe"}, default="ledger"
)


def test_a_request_goes_by_its_tender() -> None:
    assert ROUTING.submit(REQUEST).reference == "stripe"
    assert ROUTING.query(dataclasses.replace(REQUEST, tender="points")).reference == "ledger"
    assert (ROUTING.provider_of("unionpay"), ROUTING.provider_of("points")) == ("stripe", "ledger")


def test_what_has_begun_somewhere_stays_there() -> None:
    begun = dataclasses.replace(REQUEST, gateway="ledger")
    assert ROUTING.query(begun).reference == "ledger"
    assert ROUTING.submit(begun).reference == "ledger"
    with pytest.raises(GatewayMisconfigured):
        ROUTING.query(dataclasses.replace(REQUEST, gateway="closed"))
