"""Amounts as Stripe's API counts them. Pure: the standard library and nothing else.

Ours are whole numbers of a currency's smallest unit by ISO 4217, and so are Stripe's, with the
exceptions that https://docs.stripe.com/currencies names: two currencies without decimals are
counted in hundredths, and the last of three decimals has to be a zero.
"""

from __future__ import annotations

COUNTED_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


class NotRepresentable(ValueError):
    """Stripe can't move this amount of this currency."""


def from_stripe(counted: int, currency: str) -> int:
    """Return an amount as Stripe counts it in minor units."""
    return counted // 100 if currency in COUNTED_IN_HUNDREDTHS else counted


def to_stripe(amount: int, currency: str) -> int:
    """Return an amount in minor units as Stripe counts it.

    Raises:
        NotRepresentable: It has a third decimal.
    """
    if currency in COUNTED_IN_HUNDREDTHS:
        return amount * 100
    if currency in THREE_DECIMALS and amount % 10:
        raise NotRepresentable(f"{amount} {currency}")
    return amount
