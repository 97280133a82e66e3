"""A refund gateway on WeChat Pay (API v3, domestic refunds), by the library ``wechatpayv3``.

WeChat Pay tells refunds apart by the merchant's refund number, so that a repeated request
moves money once. It is asked before anything is submitted all the same: a number whose
refund was closed can't be used again, and an abnormal refund is still WeChat Pay's to end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.utils import load_private_key, load_public_key

from processes.money.asking import AskingGateway, Refused, refuse_another, status_of
from processes.money.errors import GatewayMisconfigured, GatewayTimeout
from processes.money.gateway import Outcome, OutcomeStatus, RefundRequest

CURRENCY = "CNY"
CURRENCY_UNKNOWN = "CURRENCY_NOT_SUPPORTED"
TIMEOUT_SECONDS = (5.0, 20.0)
"""To connect, and to answer."""

STATUSES = {
    "SUCCESS": OutcomeStatus.SUCCEEDED,
    "PROCESSING": OutcomeStatus.PENDING,
    # Its bank didn't take it. WeChat Pay holds the money until the merchant says what to do with
    # it there: another refund beside it could pay twice.
    "ABNORMAL": OutcomeStatus.FAILED,
    "CLOSED": OutcomeStatus.FAILED,
}
NOT_ALLOWED = frozenset({"SIGN_ERROR", "NO_AUTH", "MCH_NOT_EXISTS", "APPID_MCHID_NOT_MATCH"})
UNDECIDED = frozenset({"BIZERR_NEED_RETRY", "SYSTEM_ERROR", "FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED"})


@dataclass(frozen=True, kw_only=True)
class Merchant:
    """A merchant's account at WeChat Pay.

    Attributes:
        merchant_id: 商户号.
        app_id: 应用 ID.
        serial_no: Of the merchant's certificate.
        private_key: The merchant's, as PEM: requests are signed with it.
        api_v3_key: 32 characters; notifications are encrypted with it.
        public_key: WeChat Pay's, as PEM: answers and notifications are signed with its private one.
        public_key_id: ``PUB_KEY_ID_…``.
        notify_url: Where notifications of refunds are sent; empty for none.
    """

    merchant_id: str
    app_id: str
    serial_no: str
    private_key: str = field(repr=False)
    api_v3_key: str = field(repr=False)
    public_key: str
    public_key_id: str
    notify_url: str = ""


def unreadable_key(merchant: Merchant) -> str:
    """Return the name of a key that can't be read, or an empty text if both can."""
    for name, read in (("private_key", load_private_key), ("public_key", load_public_key)):
        try:
            read(getattr(merchant, name))
        except Exception:  # noqa: BLE001 - the library raises one of no type of its own
            return name
    return ""


def client_of(
    merchant: Merchant, *, base_url: str = "", timeout: tuple[float, float] = TIMEOUT_SECONDS
) -> WeChatPay:
    """Return the library's client for a merchant; nothing is sent yet.

    Args:
        merchant: Its keys have to be readable.
        base_url: In place of WeChat Pay's own address; for tests.
        timeout: Seconds to connect and to answer.
    """
    client = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=merchant.merchant_id,
        private_key=merchant.private_key,
        cert_serial_no=merchant.serial_no,
        appid=merchant.app_id,
        apiv3_key=merchant.api_v3_key,
        notify_url=merchant.notify_url or None,
        timeout=timeout,
        public_key=merchant.public_key,
        public_key_id=merchant.public_key_id,
    )
    if base_url:
        # The library has no setting for the address.
        client._core._gate_way = base_url  # noqa: SLF001
    return client


class WechatPayGateway(AskingGateway[str]):
    """A ``RefundGateway`` on WeChat Pay.

    Args:
        client: From :func:`client_of`.
    """

    NAME = "wechatpay"

    def __init__(self, client: WeChatPay) -> None:
        self._client = client

    def _unsuitable(self, request: RefundRequest) -> str:
        return CURRENCY_UNKNOWN if request.currency != CURRENCY else ""

    def _make(self, request: RefundRequest, found: str) -> Outcome | Refused:
        status, content = self._ask(
            request,
            "refund",
            out_refund_no=found,
            transaction_id=request.payment_reference,
            amount={"refund": request.amount, "total": request.captured, "currency": CURRENCY},
        )
        if status == 200:
            return _outcome(content, request)
        return Refused(code=str(content.get("code") or status))

    def _look(self, request: RefundRequest) -> tuple[str, Outcome | None]:
        """The number that a request goes under, and what became of that.

        Each closed refund uses a number up; there is one for each movement at most.
        """
        for series in range(1, request.movement + 1):
            number = refund_number(request, series)
            status, content = self._ask(request, "query_refund", out_refund_no=number)
            if status == 404:
                return number, None
            if status != 200:
                raise GatewayMisconfigured(gateway="WeChat Pay", reason=content.get("code") or status)
            if content.get("status") != "CLOSED" or series == request.movement:
                return number, _outcome(content, request)
        raise AssertionError("movements are counted from 1")

    def _ask(self, request: RefundRequest, method: str, **arguments: Any) -> tuple[int, dict[str, Any]]:
        """Call WeChat Pay; return 200 with what it knows, or a refusal with its code.

        Raises:
            GatewayTimeout: No answer, one that leaves open what happened, or one that isn't signed.
            GatewayMisconfigured: The merchant may not do this; nothing has happened.
        """
        try:
            status, text = getattr(self._client, method)(**arguments)
            content = json.loads(text) if text else {}
        except Exception as error:
            # Whatever it is, the library's own for a wrong signature included, which has no type:
            # there is no answer to go by.
            raise GatewayTimeout(refund_no=request.refund_no) from error
        code = content.get("code", "") if isinstance(content, dict) else ""
        if status == 401 or code in NOT_ALLOWED:
            raise GatewayMisconfigured(gateway="WeChat Pay", reason=code or str(status))
        if status >= 500 or status == 429 or code in UNDECIDED or not isinstance(content, dict):
            raise GatewayTimeout(refund_no=request.refund_no)
        return status, cast("dict[str, Any]", content)


def refund_number(request: RefundRequest, series: int) -> str:
    """Return the merchant's refund number: at most 64 letters, digits and signs of ``_-|*@``."""
    number = f"{request.refund_no}-{request.payment_no}"
    return number if series == 1 else f"{number}-{series}"


def _outcome(content: dict[str, Any], request: RefundRequest) -> Outcome:
    amount = content.get("amount", {})
    refuse_another(
        request,
        (request.amount, request.currency),
        (amount.get("refund"), amount.get("currency", CURRENCY)),
    )
    said = str(content.get("status"))
    status = status_of(said, STATUSES)
    code = said if status is OutcomeStatus.FAILED else ""
    return Outcome(status=status, code=code, reference=str(content.get("refund_id", "")))
