"""Amounts as Stripe counts them."""

from __future__ import annotations

import pytest

from processes.money.stripe.amounts import NotRepresentable, to_stripe


@pytest.mark.parametrize(
    ("amount", "currency", "counted"),
    [(1999, "CNY", 1999), (500, "JPY", 500), (500, "KRW", 500), (7, "ISK", 700), (1230, "KWD", 1230)],
)
def test_amounts_are_counted_as_the_currency_has_it(amount: int, currency: str, counted: int) -> None:
    assert to_stripe(amount, currency) == counted


def test_a_third_decimal_cannot_be_moved() -> None:
    with pytest.raises(NotRepresentable):
        to_stripe(1234, "KWD")
