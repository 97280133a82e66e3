"""The geometry of plots: nothing outside, gaps stay gaps, scales that people can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.record.plots import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, draw


def test_a_week_without_a_value_breaks_the_line() -> None:
    plot = draw([1, 2, None, 3, None, 4, 5], least_top=4)
    assert [line.count("L") for line in plot.lines] == [1, 1]
    assert len(plot.dots) == 5
    assert len(plot.columns) == 7


def test_nothing_is_a_plot_without_lines() -> None:
    plot = draw([None, None], least_top=4)
    assert (plot.lines, plot.dots) == ([], [])
    assert [row.value for row in plot.rows] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("largest", "top"), [(0, 4), (4, 4), (4.1, 8), (9, 20), (37, 40), (41, 80), (1234, 2000)]
)
def test_the_scale_ends_at_a_round_number_not_far_above(largest: float, top: float) -> None:
    assert draw([largest], least_top=4).rows[-1].value == pytest.approx(top)


def test_a_percentage_is_drawn_on_its_whole_scale() -> None:
    plot = draw([3, 50, 100], least_top=100, most=100)
    assert [row.value for row in plot.rows] == [0, 25, 50, 75, 100]
    assert plot.dots[-1].y == TOP


@given(st.lists(st.none() | st.floats(min_value=0, max_value=1e9), min_size=1, max_size=30))
def test_everything_stays_inside(values: list[float | None]) -> None:
    plot = draw(values, least_top=1)
    for dot in plot.dots:
        assert LEFT <= dot.x <= WIDTH - RIGHT
        assert TOP <= dot.y <= HEIGHT - BOTTOM
