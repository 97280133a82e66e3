"""The currencies that the marketplace trades in, and their smallest units. Pure.

Everywhere else an amount is a whole number of the smallest unit; people write and read it in
the currency's own unit, with as many digits after the point as stand here.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

MINOR_DIGITS = {
    "CNY": 2,
    "HKD": 2,
    "TWD": 2,
    "USD": 2,
    "EUR": 2,
    "GBP": 2,
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "BHD": 3,
    "JOD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
}
"""ISO 4217: how many digits follow the point in each supported currency."""

# PostgreSQL's bigint holds more; no amount in an order needs as much.
AMOUNT_LIMIT = 10**14


def minor_units(text: str, currency: str) -> int | None:
    """Return an amount that somebody wrote, such as ``59.90``, in minor units of a currency.

    None if it isn't an amount, is negative, too large, or has more digits than the currency.

    Raises:
        KeyError: The currency isn't supported.
    """
    digits = MINOR_DIGITS[currency]
    try:
        value = Decimal(text.strip().replace(",", "").removeprefix("¥").removeprefix("￥"))
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value < AMOUNT_LIMIT:
        return None
    minor = value.scaleb(digits)
    return int(minor) if minor == int(minor) else None


def major_units(amount: int, currency: str) -> Decimal:
    """Return an amount of minor units in the currency's own unit, as exactly as it is."""
    return Decimal(amount).scaleb(-MINOR_DIGITS.get(currency, 2))
