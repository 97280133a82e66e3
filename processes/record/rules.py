"""What a shop's record says and how each figure is computed. Pure: the standard library and nothing else.

- **Answer time**: from the request to the shop's first answer: it agreed, refused, or offered
  something else. Left out: what rules decided without asking the shop, what the shop asked for
  itself, and what the time ran out on, which counts as an overrun instead.
- **Approval rate**: of what the shop decided itself, how much it agreed to; an accepted offer is
  an agreement. A later ruling changes nothing about what the shop had decided.
- **Overruns**: of what the shop was asked and that ended with an answer or with the time
  running out, how much it left unanswered.
- **Fault rate**: of the cases that ended, in how many the shop was found to be at fault last.
- **Rating**: the mean of the ratings that were given and not hidden.
- **Refunds**: of the cases that ended, how many and what was paid back.

A case counts on the day of the shop's first answer for the first three, on the day it ended for
fault and refunds, and a rating on the day it was given. Days are those of the marketplace.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
"""Whose midnight divides the days."""

WINDOWS = (30, 90)
"""Over how many days, today among them, figures are shown."""

TREND_WEEKS = 12
"""How many weeks a trend goes back."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What was counted over some days.

    Attributes:
        answered: Requests that the shop answered; ``seconds`` has the time that each took: for each
            day, the quickest first.
        overrun: Requests on which its time ran out.
        decided: Requests that it decided itself; ``agreed`` of them by agreeing.
        closed: Cases that ended; ``at_fault`` of them by its fault.
        ratings: Ratings that count; ``stars`` altogether.
        refunds: Cases that ended with money paid back.
        refunded: How much, in minor units by currency.
    """

    answered: int = 0
    overrun: int = 0
    decided: int = 0
    agreed: int = 0
    closed: int = 0
    at_fault: int = 0
    ratings: int = 0
    stars: int = 0
    refunds: int = 0
    refunded: Mapping[str, int] = field(default_factory=dict)
    seconds: Sequence[Sequence[int]] = ()


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A shop's record; what can't be told for lack of cases is None.

    Attributes:
        median: Half of the answers came within this time.
        slowest_tenth: Nine of ten came within this time.
        approval: In per mille of what the shop decided.
        overrun: In per mille of what it was asked.
        fault: In per mille of what ended.
        rating: Mean of the stars, in hundredths.
    """

    median: dt.timedelta | None
    slowest_tenth: dt.timedelta | None
    approval: int | None
    overrun: int | None
    fault: int | None
    rating: int | None


def combined(parts: Iterable[Counts]) -> Counts:
    """Return the counts of several days or weeks together."""
    every = list(parts)
    refunded: dict[str, int] = {}
    for part in every:
        for currency, amount in part.refunded.items():
            refunded[currency] = refunded.get(currency, 0) + amount
    return Counts(
        answered=sum(part.answered for part in every),
        overrun=sum(part.overrun for part in every),
        decided=sum(part.decided for part in every),
        agreed=sum(part.agreed for part in every),
        closed=sum(part.closed for part in every),
        at_fault=sum(part.at_fault for part in every),
        ratings=sum(part.ratings for part in every),
        stars=sum(part.stars for part in every),
        refunds=sum(part.refunds for part in every),
        refunded=refunded,
        seconds=[day for part in every for day in part.seconds],
    )


def figures_of(counts: Counts) -> Figures:
    """Return what counts come to."""
    return Figures(
        median=_length(percentile(counts.seconds, 50)),
        slowest_tenth=_length(percentile(counts.seconds, 90)),
        approval=per_mille(counts.agreed, counts.decided),
        overrun=per_mille(counts.overrun, counts.answered + counts.overrun),
        fault=per_mille(counts.at_fault, counts.closed),
        rating=_share(counts.stars * 100, counts.ratings),
    )


def percentile(runs: Sequence[Sequence[int]], percent: int) -> int | None:
    """Return the smallest value that so many percent of all values don't exceed; None of none.

    The nearest rank, as PostgreSQL's ``percentile_disc``: always a value that occurred. It is found by
    halving the range of values, so that it costs about the same however many there are.

    Args:
        runs: The values, in any number of sequences that are sorted each for itself.
        percent: How many percent.
    """
    filled = [run for run in runs if run]
    if not filled:
        return None
    rank = max(-(-sum(map(len, filled)) * percent // 100), 1)
    low, high = min(run[0] for run in filled), max(run[-1] for run in filled)
    while low < high:
        middle = (low + high) // 2
        if sum(bisect_right(run, middle) for run in filled) >= rank:
            high = middle
        else:
            low = middle + 1
    return low


def per_mille(part: int, whole: int) -> int | None:
    """Return a part of a whole in per mille, to the nearest; None of nothing."""
    return _share(part * 1000, whole)


def day_of(instant: dt.datetime) -> dt.date:
    """Return the marketplace's day of an instant."""
    return instant.astimezone(ZONE).date()


def start_of(day: dt.date) -> dt.datetime:
    """Return the instant at which a day of the marketplace begins."""
    return dt.datetime.combine(day, dt.time(), ZONE)


def weeks_until(today: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Return the first and last day of each week of a trend; the last one ends today."""
    return [
        (today - dt.timedelta(days=7 * back + 6), today - dt.timedelta(days=7 * back))
        for back in reversed(range(TREND_WEEKS))
    ]


def _length(seconds: int | None) -> dt.timedelta | None:
    return None if seconds is None else dt.timedelta(seconds=seconds)


def _share(part: int, whole: int) -> int | None:
    return (2 * part + whole) // (2 * whole) if whole else None
