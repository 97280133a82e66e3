"""Whether a buyer is in good standing, from his record of the last year. Pure.

What follows from it is the analysts' table ``automatic_decision``; the bounds are here, since they
judge a person and must not differ from one version of a diagram to the next.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

WINDOW = dt.timedelta(days=365)
"""So far back a record counts."""

ORDERS_MINIMUM = 3
"""Fewer orders than this that were paid and kept say nothing yet."""

CASES_PERCENT = 30
"""More requests than this for each hundred orders are too many."""

COUNT_MAXIMUM = 200
"""Nothing is counted further than this: more would change no answer."""


class Standing(enum.StrEnum):
    """How a buyer stands."""

    NEW = "new"
    GOOD = "good"
    FREQUENT = "frequent"
    DISPROVED = "disproved"


@dataclass(frozen=True, kw_only=True)
class BuyerRecord:
    """What a buyer did within ``WINDOW``, up to ``COUNT_MAXIMUM`` of each.

    Attributes:
        orders: That were paid and not cancelled.
        cases: Cancellations that he asked for.
        disproved: Of those, where the platform ruled for the seller or the goods that came back
            were not accepted.
    """

    orders: int
    cases: int
    disproved: int


def standing(record: BuyerRecord) -> Standing:
    """Judge a record: one claim that was disproved weighs more than any number of orders."""
    if record.disproved > 0:
        return Standing.DISPROVED
    if record.orders < ORDERS_MINIMUM:
        return Standing.NEW
    if record.cases * 100 > record.orders * CASES_PERCENT:
        return Standing.FREQUENT
    return Standing.GOOD
