"""Which payment providers refunds go through, and how they are reached. Secrets are never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from processes.money.ledger.gateway import LedgerGateway
from processes.money.stripe.gateway import StripeGateway
from processes.money.wechat.gateway import Merchant, WechatPayGateway, unreadable_key
from processes.orders.rules import TENDERS
from webapp.settings_reading import NotForProduction, Reader, SettingInvalid, SettingMissing

LEDGER = LedgerGateway.NAME
STRIPE = StripeGateway.NAME
WECHATPAY = WechatPayGateway.NAME
KNOWN = (LEDGER, STRIPE, WECHATPAY)

API_V3_KEY_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class Providers:
    """The payment providers.

    Attributes:
        routes: The provider of each tender that has another than the embedded ledger.
        stripe_api_key: Stripe's secret or restricted key.
        stripe_webhook_secret: Signs Stripe's notifications; without one they are refused.
        stripe_url: In place of Stripe's own address; for stand-ins, never in production.
        wechatpay: The merchant's account at WeChat Pay, as far as it is given.
        wechatpay_url: In place of WeChat Pay's own address; as ``stripe_url``.
    """

    routes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    stripe_api_key: str = field(default="", repr=False)
    stripe_webhook_secret: str = field(default="", repr=False)
    stripe_url: str = ""
    wechatpay: Merchant | None = None
    wechatpay_url: str = ""

    @classmethod
    def read(cls, source: Reader) -> Providers:
        """Read the providers' variables.

        Raises:
            SettingInvalid: A value that can't be understood.
        """
        return cls(
            routes=MappingProxyType(_routes(source.text("TUIDAN_REFUND_GATEWAYS", ""))),
            stripe_api_key=source.secret("TUIDAN_STRIPE_API_KEY"),
            stripe_webhook_secret=source.secret("TUIDAN_STRIPE_WEBHOOK_SECRET"),
            stripe_url=source.text("TUIDAN_STRIPE_URL", ""),
            wechatpay=_merchant(source),
            wechatpay_url=source.text("TUIDAN_WECHATPAY_URL", ""),
        )

    def check(self, *, production: bool) -> None:
        """Refuse a route without what its provider needs.

        Raises:
            SettingMissing: A provider is used and its keys aren't there.
            NotForProduction: A key or an address that moves no real money.
        """
        used = set(self.routes.values())
        if STRIPE in used and not self.stripe_api_key:
            raise _missing("TUIDAN_STRIPE_API_KEY")
        if WECHATPAY in used and self.wechatpay is None:
            raise _missing("TUIDAN_WECHATPAY_MERCHANT_ID")
        if not production:
            return
        if "_test_" in self.stripe_api_key:
            raise NotForProduction(
                what="a test key in TUIDAN_STRIPE_API_KEY",
                remedy="use the live key, which begins with sk_live_ or rk_live_",
            )
        for name, value in (
            ("TUIDAN_STRIPE_URL", self.stripe_url),
            ("TUIDAN_WECHATPAY_URL", self.wechatpay_url),
        ):
            if value:
                raise NotForProduction(what=name, remedy="unset it")


def _merchant(source: Reader) -> Merchant | None:
    """Read the account at WeChat Pay: all of it, or nothing.

    Raises:
        SettingMissing: A part of it.
        SettingInvalid: A key that isn't one.
    """
    prefix = "TUIDAN_WECHATPAY_"
    merchant_id = source.text(f"{prefix}MERCHANT_ID", "")
    if not merchant_id:
        return None
    merchant = Merchant(
        merchant_id=merchant_id,
        app_id=source.text(f"{prefix}APP_ID", ""),
        serial_no=source.text(f"{prefix}SERIAL_NO", ""),
        private_key=source.secret(f"{prefix}PRIVATE_KEY"),
        api_v3_key=source.secret(f"{prefix}API_V3_KEY"),
        public_key=source.secret(f"{prefix}PUBLIC_KEY"),
        public_key_id=source.text(f"{prefix}PUBLIC_KEY_ID", ""),
        notify_url=source.text(f"{prefix}NOTIFY_URL", ""),
    )
    for name in ("app_id", "serial_no", "private_key", "api_v3_key", "public_key", "public_key_id"):
        if not getattr(merchant, name):
            raise _missing(f"{prefix}{name.upper()}")
    if len(merchant.api_v3_key) != API_V3_KEY_LENGTH:
        raise _not_a_key(f"{prefix}API_V3_KEY", f"it has {API_V3_KEY_LENGTH} characters")
    unreadable = unreadable_key(merchant)
    if unreadable:
        raise _not_a_key(f"{prefix}{unreadable.upper()}", "it has to be a PEM, as the provider gave it")
    return merchant


def _missing(name: str) -> SettingMissing:
    return SettingMissing(
        name=name, remedy="it is on the provider's pages; put a secret into a file and name that in …_FILE"
    )


def _not_a_key(name: str, remedy: str) -> SettingInvalid:
    return SettingInvalid(name=name, value="not shown", remedy=remedy)


def _routes(text: str) -> dict[str, str]:
    """Read ``unionpay=stripe,wechat=wechatpay``.

    Raises:
        SettingInvalid: A tender or a provider that isn't known, or a tender named twice.
    """
    routes: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        tender, _, provider = (word.strip() for word in part.partition("="))
        if tender not in TENDERS or provider not in KNOWN or tender in routes:
            raise SettingInvalid(
                name="TUIDAN_REFUND_GATEWAYS",
                value=text,
                remedy=f"write tender=provider, each tender once: {', '.join(TENDERS)} = {', '.join(KNOWN)}",
            )
        routes[tender] = provider
    return routes
