"""WeChat Pay's adapter on the stand-in, behind a proxy that lets things go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from processes.money.gateway import RefundRequest
from processes.money.wechat.gateway import WechatPayGateway, client_of
from tests.integration.gateway.contract import Bench
from tests.standins.proxy import FaultProxy
from tests.standins.wechat import WechatStandin


class WechatBench(Bench):
    def __init__(self, proxy: FaultProxy, standin: WechatStandin) -> None:
        self.proxy, self.standin = proxy, standin
        self.gateway = self.gateway_waiting(10.0)
        self.impatient = self.gateway_waiting(0.4)

    def gateway_waiting(self, seconds: float) -> WechatPayGateway:
        """The adapter, which waits so long for an answer."""
        client = client_of(self.standin.merchant, base_url=self.proxy.url, timeout=(seconds, seconds))
        return WechatPayGateway(client)

    def take_payment(self, number: int, captured: int, currency: str) -> str:
        return self.standin.pay(captured)

    def refunded(self, request: RefundRequest) -> int:
        return self.standin.refunded(request.payment_reference)

    def next_fails(self) -> None:
        self.standin.next_status.append("CLOSED")

    def next_times_out(self, *, after_success: bool) -> None:
        self.proxy.faults.append("drop_answer" if after_success else "drop_request")

    def next_is_late(self) -> None:
        self.standin.next_status.append("PROCESSING")

    def let_time_pass(self) -> None:
        for number, refund in self.standin.refunds.items():
            if refund["status"] == "PROCESSING":
                self.standin.becomes(number, "SUCCESS")


@contextmanager
def on_wechat(*, overdraws: bool = False) -> Iterator[WechatBench]:
    """The adapter on a stand-in of its own."""
    with (
        WechatStandin(overdraws=overdraws).running() as standin,
        FaultProxy(standin.url).running() as proxy,
    ):
        yield WechatBench(proxy, standin)
