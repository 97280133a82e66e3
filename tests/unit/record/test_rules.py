"""How the figures of a shop's record are computed."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.record.rules import (
    Counts,
    combined,
    day_of,
    figures_of,
    per_mille,
    percentile,
    start_of,
    weeks_until,
)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([7], 50, 7),
        ([7], 90, 7),
        ([1, 2], 50, 1),
        ([1, 2, 3], 50, 2),
        (list(range(1, 11)), 50, 5),
        (list(range(1, 11)), 90, 9),
        (list(range(1, 12)), 90, 10),
    ],
)
def test_a_percentile_is_a_value_that_occurred(values: list[int], percent: int, expected: int | None) -> None:
    assert percentile([values], percent) == expected
    apart = [values[0::3], values[1::3], values[2::3]]
    assert percentile(apart, percent) == expected


@given(st.lists(st.lists(st.integers(-5, 10_000), max_size=9), max_size=9), st.integers(1, 100))
def test_a_percentile_of_many_days_is_that_of_all_their_values(runs: list[list[int]], percent: int) -> None:
    together = sorted(itertools.chain.from_iterable(runs))
    expected = together[-(-len(together) * percent // 100) - 1] if together else None
    assert percentile([sorted(run) for run in runs], percent) == expected


def test_shares_are_rounded_to_the_nearest_and_unknown_of_nothing() -> None:
    assert per_mille(0, 0) is None
    assert [per_mille(1, 3), per_mille(2, 3), per_mille(1, 2000), per_mille(3, 3)] == [333, 667, 1, 1000]


def test_days_add_up() -> None:
    first = Counts(answered=2, decided=2, agreed=1, seconds=((60, 7200),), refunds=1, refunded={"CNY": 500})
    second = Counts(overrun=2, closed=4, at_fault=1, ratings=3, stars=13, refunded={"CNY": 5, "JPY": 7})
    both = combined([first, second, Counts(answered=1, seconds=((600,),))])
    assert (both.answered, both.overrun, both.refunded) == (3, 2, {"CNY": 505, "JPY": 7})
    figures = figures_of(both)
    assert figures.median == dt.timedelta(minutes=10)
    assert figures.slowest_tenth == dt.timedelta(hours=2)
    assert (figures.approval, figures.overrun, figures.fault, figures.rating) == (500, 400, 250, 433)


def test_a_shop_that_was_asked_nothing_has_no_figures() -> None:
    figures = figures_of(combined([]))
    assert figures.median is None
    assert (figures.approval, figures.overrun, figures.fault, figures.rating) == (None,) * 4


def test_days_are_those_of_the_marketplace() -> None:
    late = dt.datetime(2026, 3, 10, 15, 59, 59, tzinfo=dt.UTC)
    assert day_of(late) == dt.date(2026, 3, 10)
    assert day_of(late + dt.timedelta(seconds=1)) == dt.date(2026, 3, 11)
    assert start_of(dt.date(2026, 3, 11)) == late + dt.timedelta(seconds=1)


def test_the_weeks_of_a_trend_follow_each_other_and_end_today() -> None:
    today = dt.date(2024, 3, 2)
    weeks = weeks_until(today)
    assert len(weeks) == 12
    assert weeks[-1] == (dt.date(2024, 2, 25), today)
    for (_, last), (first, _) in itertools.pairwise(weeks):
        assert first == last + dt.timedelta(days=1)
