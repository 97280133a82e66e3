"""What every refund gateway must do. A test module of an adapter subclasses ``GatewayContract``."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pytest

from processes.money.errors import GatewayConflict, GatewayTimeout
from processes.money.gateway import OutcomeStatus, RefundGateway, RefundRequest

_numbers = itertools.count(1)


def another(request: RefundRequest, **changes: Any) -> RefundRequest:
    return dataclasses.replace(request, **changes)


class Bench:
    """A gateway on the test bench; each adapter provides what makes it misbehave."""

    gateway: RefundGateway

    def take_payment(self, number: int, captured: int, currency: str) -> str:
        """Let the provider take a payment; its number there."""
        return f"ref-{number}"

    def a_request(self, amount: int = 100, *, captured: int = 1000, currency: str = "CNY") -> RefundRequest:
        """A refund of a payment of its own."""
        number = next(_numbers)
        return RefundRequest(
            refund_no=f"R{number}",
            attempt_no=1,
            payment_no=f"P{number}",
            payment_reference=self.take_payment(number, captured, currency),
            tender="wechat",
            amount=amount,
            captured=captured,
            currency=currency,
        )

    def refunded(self, request: RefundRequest) -> int:
        """What has really gone back for a payment, in minor units."""
        raise NotImplementedError

    def next_fails(self) -> None:
        """The next submission meets a definitive no."""
        raise NotImplementedError

    def next_times_out(self, *, after_success: bool) -> None:
        """The next submission gets no answer."""
        raise NotImplementedError

    def next_is_late(self) -> None:
        """The next submission is pending until :meth:`let_time_pass`."""
        raise NotImplementedError

    def let_time_pass(self) -> None:
        """What is late comes to its end."""
        raise NotImplementedError


class GatewayContract:
    """Tests that any adapter passes; the fixture ``bench`` gives the adapter."""

    def test_a_refund_succeeds_and_is_found_again(self, bench: Bench) -> None:
        request = bench.a_request()
        outcome = bench.gateway.submit(request)
        assert outcome.status is OutcomeStatus.SUCCEEDED
        assert outcome.reference
        assert bench.gateway.query(request) == outcome
        assert bench.refunded(request) == 100

    def test_what_was_never_asked_for_is_unknown(self, bench: Bench) -> None:
        assert bench.gateway.query(bench.a_request()).status is OutcomeStatus.UNKNOWN

    @pytest.mark.parametrize("attempt_no", [1, 2])
    def test_the_same_number_moves_money_once(self, bench: Bench, attempt_no: int) -> None:
        request = bench.a_request()
        first = bench.gateway.submit(request)
        again = bench.gateway.submit(another(request, attempt_no=attempt_no))
        assert again == first
        assert bench.refunded(request) == 100

    def test_the_same_number_for_another_amount_is_a_conflict(self, bench: Bench) -> None:
        request = bench.a_request()
        bench.gateway.submit(request)
        with pytest.raises(GatewayConflict):
            bench.gateway.submit(another(request, amount=99))
        assert bench.refunded(request) == 100

    def test_a_failure_is_definitive_until_a_new_attempt(self, bench: Bench) -> None:
        request = bench.a_request()
        bench.next_fails()
        failed = bench.gateway.submit(request)
        assert failed.status is OutcomeStatus.FAILED
        assert failed.code
        assert bench.gateway.submit(request) == failed
        assert bench.refunded(request) == 0
        retry = another(request, attempt_no=2, movement=2)
        assert bench.gateway.submit(retry).status is OutcomeStatus.SUCCEEDED
        assert bench.refunded(request) == 100

    def test_a_time_out_before_is_unknown_and_can_be_repeated(self, bench: Bench) -> None:
        request = bench.a_request()
        bench.next_times_out(after_success=False)
        with pytest.raises(GatewayTimeout):
            bench.gateway.submit(request)
        assert bench.gateway.query(request).status is OutcomeStatus.UNKNOWN
        assert bench.gateway.submit(request).status is OutcomeStatus.SUCCEEDED
        assert bench.refunded(request) == 100

    def test_a_time_out_after_success_is_found_by_asking(self, bench: Bench) -> None:
        request = bench.a_request()
        bench.next_times_out(after_success=True)
        with pytest.raises(GatewayTimeout):
            bench.gateway.submit(request)
        assert bench.gateway.query(request).status is OutcomeStatus.SUCCEEDED
        assert bench.gateway.submit(request).status is OutcomeStatus.SUCCEEDED
        assert bench.refunded(request) == 100

    def test_a_late_refund_is_pending_and_then_succeeds(self, bench: Bench) -> None:
        request = bench.a_request()
        bench.next_is_late()
        assert bench.gateway.submit(request).status is OutcomeStatus.PENDING
        assert bench.gateway.query(request).status is OutcomeStatus.PENDING
        assert bench.gateway.submit(request).status is OutcomeStatus.PENDING
        assert bench.refunded(request) == 0
        bench.let_time_pass()
        assert bench.gateway.query(request).status is OutcomeStatus.SUCCEEDED
        assert bench.refunded(request) == 100

    def test_several_refunds_of_one_payment_are_told_apart(self, bench: Bench) -> None:
        first = bench.a_request(300)
        second = another(first, refund_no=f"{first.refund_no}X", amount=200)
        assert bench.gateway.submit(first).status is OutcomeStatus.SUCCEEDED
        assert bench.gateway.query(second).status is OutcomeStatus.UNKNOWN
        assert bench.gateway.submit(second).status is OutcomeStatus.SUCCEEDED
        assert bench.gateway.query(first) != bench.gateway.query(second)
        assert bench.refunded(first) == 500

    def test_an_attempt_after_a_time_out_is_the_same_movement(self, bench: Bench) -> None:
        request = bench.a_request()
        bench.next_times_out(after_success=True)
        with pytest.raises(GatewayTimeout):
            bench.gateway.submit(request)
        assert bench.gateway.submit(another(request, attempt_no=2)).status is OutcomeStatus.SUCCEEDED
        assert bench.refunded(request) == 100

    def test_more_than_was_captured_is_refused(self, bench: Bench) -> None:
        request = bench.a_request(700)
        bench.gateway.submit(request)
        more = another(request, refund_no=f"{request.refund_no}X")
        assert bench.gateway.submit(more).status is OutcomeStatus.FAILED
        assert bench.refunded(request) == 700
