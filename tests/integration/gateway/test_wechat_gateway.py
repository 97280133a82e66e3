"""WeChat Pay's adapter keeps the contract, and tells apart what WeChat Pay answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from processes.money.errors import GatewayConflict, GatewayMisconfigured, GatewayTimeout
from processes.money.gateway import OutcomeStatus
from processes.money.wechat.gateway import CURRENCY_UNKNOWN
from tests.integration.gateway.contract import GatewayContract, another
from tests.integration.gateway.wechat_bench import WechatBench, on_wechat
from tests.standins.proxy import Fault


@pytest.fixture(scope="module")
def shared() -> Iterator[WechatBench]:
    with on_wechat() as bench:
        yield bench


@pytest.fixture
def bench(shared: WechatBench) -> WechatBench:
    assert not shared.proxy.faults
    assert not shared.standin.next_status
    return shared


class TestWechatPayGateway(GatewayContract):
    pass


@pytest.mark.parametrize("fault", ["busy", "broken", "late_answer"])
def test_rate_limits_broken_and_late_answers_are_unknown(bench: WechatBench, fault: Fault) -> None:
    request = bench.a_request()
    bench.proxy.faults.append(fault)
    with pytest.raises(GatewayTimeout):
        bench.impatient.submit(request)
    happened = OutcomeStatus.UNKNOWN if fault == "busy" else OutcomeStatus.SUCCEEDED
    assert bench.gateway.query(request).status is happened
    assert bench.gateway.submit(request).status is OutcomeStatus.SUCCEEDED
    assert bench.refunded(request) == 100


@pytest.mark.parametrize("fault", ["hold", "repeat"])
def test_a_request_that_arrives_late_or_twice_moves_money_once(bench: WechatBench, fault: Fault) -> None:
    request = bench.a_request()
    bench.proxy.faults.append(fault)
    if fault == "hold":
        with pytest.raises(GatewayTimeout):
            bench.gateway.submit(request)
    assert bench.gateway.submit(another(request, attempt_no=2)).status is OutcomeStatus.SUCCEEDED
    bench.proxy.release()
    assert bench.refunded(request) == 100


def test_an_answer_that_is_not_signed_is_not_believed(bench: WechatBench) -> None:
    request = bench.a_request()
    bench.standin.sign = False
    try:
        with pytest.raises(GatewayTimeout):
            bench.gateway.submit(request)
    finally:
        bench.standin.sign = True
    assert bench.gateway.query(request).status is OutcomeStatus.SUCCEEDED


def test_a_closed_refund_uses_its_number_up(bench: WechatBench) -> None:
    request = bench.a_request()
    bench.standin.next_status += ["CLOSED", "CLOSED"]
    assert bench.gateway.submit(request).code == "CLOSED"
    second = another(request, attempt_no=2, movement=2)
    assert bench.gateway.submit(second).code == "CLOSED"
    assert bench.gateway.submit(second).code == "CLOSED"
    third = another(request, attempt_no=3, movement=3)
    assert bench.gateway.submit(third).status is OutcomeStatus.SUCCEEDED
    numbers = [number for number in bench.standin.refunds if number.startswith(request.refund_no + "-")]
    assert len(numbers) == 3
    assert bench.refunded(request) == 100


def test_nothing_is_refunded_beside_an_abnormal_one(bench: WechatBench) -> None:
    request = bench.a_request()
    bench.standin.next_status.append("ABNORMAL")
    assert bench.gateway.submit(request).code == "ABNORMAL"
    again = another(request, attempt_no=2, movement=2)
    assert bench.gateway.submit(again).code == "ABNORMAL"
    # Dealt with on the merchant's pages.
    (refund,) = [
        one for one in bench.standin.refunds.values() if one["transaction_id"] == request.payment_reference
    ]
    refund["status"] = "SUCCESS"
    assert bench.gateway.submit(again).status is OutcomeStatus.SUCCEEDED
    assert bench.refunded(request) == 100


@pytest.mark.parametrize(
    ("status", "code"), [(403, "NOT_ENOUGH"), (400, "PARAM_ERROR"), (403, "USER_ACCOUNT_ABNORMAL")]
)
def test_a_refusal_is_a_failure_and_the_number_is_used_again(
    bench: WechatBench, status: int, code: str
) -> None:
    request = bench.a_request()
    bench.standin.refuse_next = (status, code)
    assert bench.gateway.submit(request).code == code
    again = another(request, attempt_no=2, movement=2)
    assert bench.gateway.submit(again).status is OutcomeStatus.SUCCEEDED
    assert bench.gateway.query(again).status is OutcomeStatus.SUCCEEDED
    assert bench.refunded(request) == 100


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "BIZERR_NEED_RETRY", GatewayTimeout),
        (500, "SYSTEM_ERROR", GatewayTimeout),
        (403, "NO_AUTH", GatewayMisconfigured),
    ],
)
def test_what_leaves_it_open_or_needs_the_settings_is_no_failure(
    bench: WechatBench, status: int, code: str, error: type[Exception]
) -> None:
    request = bench.a_request()
    bench.standin.refuse_next = (status, code)
    with pytest.raises(error):
        bench.gateway.submit(request)
    assert bench.gateway.query(request).status is OutcomeStatus.UNKNOWN


def test_wechat_pay_refunds_in_one_currency(bench: WechatBench) -> None:
    request = bench.a_request()
    assert bench.gateway.submit(another(request, currency="USD")).code == CURRENCY_UNKNOWN
    bench.gateway.submit(request)
    with pytest.raises(GatewayConflict):
        bench.gateway.query(another(request, currency="USD"))


def test_another_merchants_key_is_told_at_once(bench: WechatBench) -> None:
    with on_wechat() as other:
        other.standin.merchant = bench.standin.merchant
        wrong = other.gateway_waiting(5.0)
        with pytest.raises(GatewayMisconfigured):
            wrong.query(bench.a_request())
