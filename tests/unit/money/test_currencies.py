"""Smallest units of currencies: what is written, what is stored and what is shown agree."""

from __future__ import annotations

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from processes.money.currencies import AMOUNT_LIMIT, MINOR_DIGITS, major_units, minor_units


@pytest.mark.parametrize("currency", MINOR_DIGITS)
def test_pages_show_as_many_digits_as_are_stored(currency: str) -> None:
    assert get_currency_precision(currency) == MINOR_DIGITS[currency]


@given(st.integers(0, AMOUNT_LIMIT - 1), st.sampled_from(sorted(MINOR_DIGITS)))
def test_what_is_written_is_read_back(amount: int, currency: str) -> None:
    assert minor_units(str(major_units(amount, currency)), currency) == amount
