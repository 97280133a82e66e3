"""Stripe's adapter keeps the contract on both of its stand-ins, and tells apart what Stripe answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from processes.money.errors import GatewayConflict, GatewayMisconfigured, GatewayTimeout
from processes.money.gateway import OutcomeStatus
from processes.money.stripe.gateway import EXCEEDS_PAYMENT, NOT_REPRESENTABLE, StripeGateway
from tests.integration.gateway.contract import GatewayContract, another
from tests.integration.gateway.stripe_bench import STRIPE_KEY, StripeBench, on_stripe
from tests.standins.proxy import Fault


@pytest.fixture(params=["stripe_mock_url", "localstripe_url"])
def bench(request: pytest.FixtureRequest) -> Iterator[StripeBench]:
    with on_stripe(request.getfixturevalue(request.param)) as bench:
        yield bench


@pytest.fixture
def mock(stripe_mock_url: str) -> Iterator[StripeBench]:
    with on_stripe(stripe_mock_url) as bench:
        yield bench


class TestStripeGateway(GatewayContract):
    pass


@pytest.mark.parametrize("fault", ["busy", "broken", "late_answer"])
def test_rate_limits_broken_and_late_answers_are_unknown(mock: StripeBench, fault: Fault) -> None:
    request = mock.a_request()
    mock.proxy.faults.append(fault)
    with pytest.raises(GatewayTimeout):
        mock.impatient.submit(request)
    happened = OutcomeStatus.UNKNOWN if fault == "busy" else OutcomeStatus.SUCCEEDED
    assert mock.gateway.query(request).status is happened
    assert mock.gateway.submit(request).status is OutcomeStatus.SUCCEEDED
    assert mock.refunded(request) == 100


def test_a_request_that_arrives_after_its_repetition_moves_nothing(mock: StripeBench) -> None:
    request = mock.a_request()
    mock.proxy.faults.append("hold")
    with pytest.raises(GatewayTimeout):
        mock.gateway.submit(request)
    assert mock.gateway.submit(another(request, attempt_no=2)).status is OutcomeStatus.SUCCEEDED
    mock.proxy.release()
    assert mock.refunded(request) == 100


def test_a_request_that_arrives_twice_moves_money_once(mock: StripeBench) -> None:
    request = mock.a_request()
    mock.proxy.faults.append("repeat")
    assert mock.gateway.submit(request).status is OutcomeStatus.SUCCEEDED
    assert mock.refunded(request) == 100


def test_a_refund_that_fails_afterwards_is_a_failure_until_a_new_movement(bench: StripeBench) -> None:
    request = bench.a_request()
    first = bench.gateway.submit(request)
    bench.overlay.failed[first.reference] = "expired_or_canceled_card"
    failed = bench.gateway.query(request)
    assert (failed.status, failed.code) == (OutcomeStatus.FAILED, "expired_or_canceled_card")
    assert bench.gateway.submit(request) == failed
    again = another(request, attempt_no=2, movement=2)
    assert bench.gateway.submit(again).status is OutcomeStatus.SUCCEEDED
    assert bench.gateway.submit(another(request, attempt_no=3, movement=3)).status is OutcomeStatus.SUCCEEDED
    assert bench.refunded(request) == 100


def test_amounts_of_currencies_without_decimals_are_sent_as_they_are(bench: StripeBench) -> None:
    request = bench.a_request(500, captured=500, currency="JPY")
    assert bench.gateway.submit(request).status is OutcomeStatus.SUCCEEDED
    assert bench.refunded(request) == 500
    with pytest.raises(GatewayConflict):
        bench.gateway.query(another(request, currency="CNY"))


def test_what_stripe_cannot_move_or_does_not_know_fails_for_good(mock: StripeBench) -> None:
    assert mock.gateway.submit(mock.a_request(1001)).code == EXCEEDS_PAYMENT
    assert mock.gateway.submit(another(mock.a_request(15), currency="KWD")).code == NOT_REPRESENTABLE
    nowhere = another(mock.a_request(), payment_reference="ch_nowhere")
    assert mock.gateway.query(nowhere).status is OutcomeStatus.UNKNOWN
    assert mock.gateway.submit(nowhere).code == "resource_missing"


def test_a_key_known_with_another_request_is_a_conflict(mock: StripeBench) -> None:
    request = mock.a_request()
    mock.proxy.faults.append("hold")
    with pytest.raises(GatewayTimeout):
        mock.gateway.submit(request)
    mock.gateway.submit(another(request, payment_reference=mock.take_payment(0, 1000, "CNY")))
    with pytest.raises(GatewayConflict):
        mock.gateway.submit(request)


def test_a_wrong_key_is_told_at_once(mock: StripeBench) -> None:
    gateway = StripeGateway("sk_live_wrong", base_url=mock.proxy.url)
    for ask in (gateway.submit, gateway.query):
        with pytest.raises(GatewayMisconfigured):
            ask(mock.a_request())


def test_nothing_answers_at_all(mock: StripeBench) -> None:
    gateway = StripeGateway(STRIPE_KEY, base_url="http://127.0.0.1:9")
    for ask in (gateway.submit, gateway.query):
        with pytest.raises(GatewayTimeout):
            ask(mock.a_request())
