"""Which payment providers refunds go through, and how they are reached. Secrets are never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from processes.orders.rules import TENDERS
from webapp.settings_reading import NotForProduction, Reader, SettingInvalid, SettingMissing

LEDGER = "ledger"
STRIPE = "stripe"
KNOWN = (LEDGER, STRIPE)

_KEY_REMEDY = "it is in the provider's dashboard; put it into a file and name that in {name}_FILE"


@dataclass(frozen=True, kw_only=True)
class Providers:
    """The payment providers.

    Attributes:
        routes: The provider of each tender that has another than the embedded ledger.
        stripe_api_key: Stripe's secret or restricted key.
        stripe_url: In place of Stripe's own address; for stand-ins, never in production.
    """

    routes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    stripe_api_key: str = field(default="", repr=False)
    stripe_url: str = ""

    @classmethod
    def read(cls, source: Reader) -> Providers:
        """Read the providers' variables.

        Raises:
            SettingInvalid: A value that can't be understood.
        """
        return cls(
            routes=MappingProxyType(_routes(source.text("TUIDAN_REFUND_GATEWAYS", ""))),
            stripe_api_key=source.secret("TUIDAN_STRIPE_API_KEY"),
            stripe_url=source.text("TUIDAN_STRIPE_URL", ""),
        )

    def check(self, *, production: bool) -> None:
        """Refuse a route without what its provider needs.

        Raises:
            SettingMissing: A provider is used and its keys aren't there.
            NotForProduction: A key or an address that moves no real money.
        """
        if STRIPE not in self.routes.values():
            return
        if not self.stripe_api_key:
            name = "TUIDAN_STRIPE_API_KEY"
            raise SettingMissing(name=name, remedy=_KEY_REMEDY.format(name=name))
        if production and "_test_" in self.stripe_api_key:
            raise NotForProduction(
                what="a test key in TUIDAN_STRIPE_API_KEY",
                remedy="use the live key, which begins with sk_live_",
            )
        if production and self.stripe_url:
            raise NotForProduction(what="TUIDAN_STRIPE_URL", remedy="unset it")


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
