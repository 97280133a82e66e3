"""Putting the refund gateway together from the settings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from engine.clock import Clock, SystemClock
from processes.money.gateway import RefundGateway
from processes.money.ledger.gateway import LedgerGateway
from processes.money.notices import NoticeReader
from processes.money.routing import RoutingGateway
from processes.money.stripe.events import StripeNotices
from processes.money.stripe.gateway import StripeGateway
from processes.money.wechat.events import WechatPayNotices
from processes.money.wechat.gateway import WechatPayGateway, client_of
from webapp.settings_providers import LEDGER, STRIPE, WECHATPAY, Providers


def notice_readers(providers: Providers) -> dict[str, NoticeReader]:
    """Return what reads the notices of each provider that is set up for them."""
    readers: dict[str, NoticeReader] = {}
    if providers.stripe_webhook_secret:
        readers[STRIPE] = StripeNotices(providers.stripe_webhook_secret)
    if providers.wechatpay is not None:
        client = client_of(providers.wechatpay, base_url=providers.wechatpay_url)
        readers[WECHATPAY] = WechatPayNotices(client, providers.wechatpay, SystemClock())
    return readers


def refund_gateway(
    providers: Providers, transaction: Callable[[], AbstractContextManager[Session]], clock: Clock
) -> RefundGateway:
    """Return the gateway to all providers that are set up; each tender has its own.

    Args:
        providers: From the settings.
        transaction: Opens a transaction of the embedded ledger's own.
        clock: The embedded ledger's.
    """
    gateways: dict[str, RefundGateway] = {LEDGER: LedgerGateway(transaction, clock)}
    # A provider without a route may still have to be asked what became of earlier refunds.
    if providers.stripe_api_key:
        gateways[STRIPE] = StripeGateway(providers.stripe_api_key, base_url=providers.stripe_url)
    if providers.wechatpay is not None:
        client = client_of(providers.wechatpay, base_url=providers.wechatpay_url)
        gateways[WECHATPAY] = WechatPayGateway(client)
    return RoutingGateway(gateways, providers.routes, default=LEDGER)
