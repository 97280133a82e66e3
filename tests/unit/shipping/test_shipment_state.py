"""A parcel's state follows from its events, in whatever order they came."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.shipping.rules import (
    MOVES,
    TRACKING_EVENTS,
    ShipmentState,
    granted_units,
    state_after,
    was_stopped,
)

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
HOURS = st.integers(0, 5).map(lambda hours: START + dt.timedelta(hours=hours))
EVENTS = st.lists(st.tuples(HOURS, st.sampled_from(TRACKING_EVENTS)), max_size=8)
STEPS = st.lists(st.tuples(HOURS, st.sampled_from(MOVES).map(str)), max_size=8)


def test_a_parcel_without_events_was_just_created() -> None:
    assert state_after([]) is ShipmentState.CREATED


def test_at_one_instant_the_event_further_along_counts() -> None:
    assert state_after([(START, "delivered"), (START, "in_transit")]) is ShipmentState.DELIVERED


@given(EVENTS, st.randoms())
def test_the_order_of_arrival_makes_no_difference(
    events: list[tuple[dt.datetime, str]], random: object
) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert state_after(shuffled) is state_after(events)


@given(STEPS)
def test_nothing_older_than_the_latest_event_counts(events: list[tuple[dt.datetime, str]]) -> None:
    latest = max((at for at, _ in events), default=START)
    recent = [(at, event) for at, event in events if at == latest]
    assert state_after(events) is state_after(recent)


@pytest.mark.parametrize(
    ("state", "answer", "stopped"),
    [
        ("in_transit", None, None),
        ("in_transit", "accepted", True),
        ("in_transit", "refused", False),
        ("in_transit", "too_late", False),
        ("in_transit", "unanswered", False),
        ("returned", "refused", True),
        ("delivered", "accepted", False),
        ("lost", None, None),
    ],
)
def test_where_a_parcel_is_counts_for_more_than_what_was_said(
    state: str, answer: str | None, stopped: bool | None
) -> None:
    assert was_stopped(state, answer) is stopped


@pytest.mark.parametrize(
    ("asked", "stopped", "unshipped", "granted"), [(5, 2, 1, 3), (2, 3, 0, 2), (3, 0, 0, 0), (4, 1, 9, 4)]
)
def test_what_was_stopped_or_never_left_is_granted(
    asked: int, stopped: int, unshipped: int, granted: int
) -> None:
    assert granted_units(asked=asked, stopped=stopped, unshipped=unshipped) == granted
