"""Reading what WeChat Pay tells us of refunds."""

from __future__ import annotations

from collections.abc import Mapping

from wechatpayv3 import WeChatPay

from engine.clock import Clock
from processes.money.errors import NoticeRefused
from processes.money.gateway import OutcomeStatus
from processes.money.notices import Notice
from processes.money.wechat.gateway import STATUSES, Merchant, WechatPayGateway

REPLAY_SECONDS = 300
"""How far a notification's time may be from ours."""


class WechatPayNotices:
    """Reads WeChat Pay's notifications.

    Args:
        client: Verifies and decrypts.
        merchant: Whose notifications they are.
        clock: The world's: a demo clock would find every notification too old.
    """

    def __init__(self, client: WeChatPay, merchant: Merchant, clock: Clock) -> None:
        self._client = client
        self._merchant = merchant
        self._clock = clock

    def read(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """See :meth:`processes.money.notices.NoticeReader.read`."""
        # For any other the library would go and look for certificates, whoever has sent this.
        if headers.get("Wechatpay-Serial") != self._merchant.public_key_id:
            raise NoticeRefused
        try:
            age = self._clock.now().timestamp() - int(headers.get("Wechatpay-Timestamp", ""))
            if abs(age) > REPLAY_SECONDS:
                raise NoticeRefused
            content = self._client.callback(dict(headers), body)
            if content is None:
                raise NoticeRefused
            if not str(content["event_type"]).startswith("REFUND."):
                return None
            refund = content["resource"]
            ours = refund["mchid"] == self._merchant.merchant_id
            return Notice(
                provider=WechatPayGateway.NAME,
                notice_id=str(content["id"]),
                refund_no=str(refund["out_refund_no"]).partition("-")[0] if ours else "",
                failed=STATUSES.get(str(refund["refund_status"])) is OutcomeStatus.FAILED,
            )
        except NoticeRefused:
            raise
        except Exception as error:
            # The library raises one of no type of its own for what it can't verify.
            raise NoticeRefused from error
