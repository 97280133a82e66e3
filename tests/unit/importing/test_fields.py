"""Reading single fields of an import: a value, or a problem with a code; never anything else."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.importing import fields
from processes.importing.columns import COLUMNS, OrderRow
from processes.importing.fields import FieldProblem
from processes.importing.problems import REMEDIES
from processes.importing.rows import RowReader


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("59.90", "CNY", 5990),
        ("59.9", "CNY", 5990),
        ("59", "CNY", 5900),
        ("¥1,299.00", "CNY", 129900),
        ("0", "CNY", 0),
        ("1200", "JPY", 1200),
        ("1200.0", "JPY", 1200),
        ("1e3", "CNY", 100000),
        ("1.005", "KWD", 1005),
        ("5", "BHD", 5000),
    ],
)
def test_amounts_are_read_exactly(text: str, currency: str, minor: int) -> None:
    assert fields.amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1.005", "CNY"),
        ("-1", "CNY"),
        ("NaN", "CNY"),
        ("Infinity", "CNY"),
        ("1e99", "CNY"),
        ("1e999999999", "CNY"),
        ("1.5", "JPY"),
        ("1.0005", "KWD"),
        ("十元", "CNY"),
        ("", "CNY"),
        ("1", "XYZ"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(FieldProblem):
        fields.amount(text, currency)


@pytest.mark.parametrize("text", ["0", "-1", "1.0", "１", "²", "1000001", "9" * 5000, "x"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(FieldProblem):
        fields.quantity(text)


def test_instants_need_a_zone() -> None:
    expected = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)
    assert fields.instant("2026-03-01T12:00:00+08:00") == expected
    assert fields.instant("2026-03-01 04:00Z") == expected
    for text in ("2026-03-01T12:00:00", "2026-03-01", "1.3.2026", "0001-01-01T00:00:00+14:00"):
        with pytest.raises(FieldProblem):
            fields.instant(text)


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40)))
def test_a_row_is_read_or_its_problems_are_named(values: dict[str, str]) -> None:
    reader = RowReader(line=2, values=values)
    row = reader.read()
    assert (row is None) == bool(reader.problems)
    assert all(problem.code in REMEDIES for problem in reader.problems)


WORDS = st.sampled_from(
    [
        "",
        "1",
        "0",
        "9.90",
        "CNY",
        "JPY",
        "wechat W1 9.90",
        "wechat",
        "books",
        "yes",
        "2026-03-01T12:00:00Z",
        "A-1",
    ]
)


@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, WORDS)))
def test_rows_of_plausible_words_are_read_or_refused(values: dict[str, str]) -> None:
    row = RowReader(line=2, values=values).read()
    assert row is None or isinstance(row, OrderRow)
