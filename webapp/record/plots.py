"""Lines over weeks as geometry: where the points, the ticks and the words of a plot go.

The server draws them as SVG, so that they need no script; what is drawn also stands in a table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 180
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 28
TICKS = 4

# Steps between two ticks that people read easily, as multiples of a power of ten.
EASY = (1, 2, 5, 10)


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A value in the plot."""

    x: float
    y: float
    value: float


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A line across, or a place below, with its number."""

    at: float
    value: float


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A drawn series.

    Attributes:
        lines: SVG path data of each unbroken run; a week without a value breaks the line.
        rows: Where the horizontal lines go.
        columns: Where the weeks stand, by their position in the series.
    """

    lines: list[str]
    dots: list[Dot]
    rows: list[Tick]
    columns: list[float]


def draw(
    values: Sequence[float | None], *, least_top: float, most: float | None = None, ticks: int = TICKS
) -> Plot:
    """Place a series from zero up to a round number above its largest value.

    Args:
        values: One for each week; None where nothing can be told.
        least_top: The scale reaches this at least, so that a flat zero isn't drawn as a cliff.
        most: Where the scale ends whatever the values, such as 100 for a percentage.
        ticks: How many lines across there are above zero.
    """
    if most is None:
        step = _step(max([least_top, *(value for value in values if value is not None)]), ticks)
    else:
        step = most / ticks
    top = step * ticks
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    gap = across / max(1, len(values) - 1)
    columns = [round(LEFT + gap * number, 1) for number in range(len(values))]

    def height(value: float) -> float:
        return round(TOP + down * (1 - min(value, top) / top), 1)

    dots: list[Dot] = []
    lines: list[str] = []
    run: list[Dot] = []
    for x, value in zip(columns, values, strict=True):
        if value is None:
            lines += _line(run)
            run = []
            continue
        dot = Dot(x=x, y=height(value), value=value)
        dots.append(dot)
        run.append(dot)
    lines += _line(run)
    return Plot(
        lines=lines,
        dots=dots,
        rows=[Tick(at=height(step * number), value=step * number) for number in range(ticks + 1)],
        columns=columns,
    )


def _line(run: Sequence[Dot]) -> list[str]:
    """A run of two or more points; a lonely one is a dot."""
    if len(run) < 2:
        return []
    return ["M" + " L".join(f"{dot.x} {dot.y}" for dot in run)]


def _step(largest: float, ticks: int) -> float:
    rough = largest / ticks
    power = 10.0 ** math.floor(math.log10(rough))
    return next(easy * power for easy in EASY if easy * power >= rough * (1 - 1e-9))
