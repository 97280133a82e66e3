"""What can be offered, and how long a shop then has."""

from __future__ import annotations

import datetime as dt

import pytest

from engine.spiff.instants import add_duration
from processes.offers.rules import OfferKind, as_duration, kinds_for, reminders, time_left
from processes.orders.rules import OrderState

DUE = dt.datetime(2026, 3, 12, 4, 0, tzinfo=dt.UTC)
LEAST = dt.timedelta(hours=12)


def test_what_was_not_shipped_cannot_be_sent_back_or_exchanged() -> None:
    for state in OrderState:
        unshipped = state in {OrderState.UNPAID, OrderState.PAID, OrderState.PICKING}
        assert kinds_for(state) == ((OfferKind.AMOUNT,) if unshipped else tuple(OfferKind)), state


@pytest.mark.parametrize(
    ("offered_before_due", "left"),
    [
        (dt.timedelta(hours=30), dt.timedelta(hours=30)),
        (dt.timedelta(hours=12), LEAST),
        (dt.timedelta(minutes=1), LEAST),
        (dt.timedelta(0), LEAST),
    ],
)
def test_the_shops_clock_stands_still_and_leaves_enough(
    offered_before_due: dt.timedelta, left: dt.timedelta
) -> None:
    assert time_left(DUE, DUE - offered_before_due, LEAST) == left


def test_without_a_limit_the_least_is_left() -> None:
    assert time_left(None, DUE, LEAST) == LEAST


def test_reminders_come_in_the_same_proportion_as_at_first() -> None:
    assert reminders(dt.timedelta(hours=48)) == (dt.timedelta(hours=24), dt.timedelta(hours=42))
    first, second = reminders(LEAST)
    assert dt.timedelta() < first < second < LEAST


@pytest.mark.parametrize(
    "length", [dt.timedelta(hours=12), dt.timedelta(days=2, hours=5, minutes=7, seconds=9)]
)
def test_a_timer_takes_the_duration_to_the_minute(length: dt.timedelta) -> None:
    assert add_duration(DUE, as_duration(length)) == DUE + length - length % dt.timedelta(minutes=1)
