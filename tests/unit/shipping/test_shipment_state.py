"""A parcel's state follows from its events, in whatever order they came."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from processes.shipping.rules import TRACKING_EVENTS, ShipmentState, state_after

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 5).map(lambda hours: START + dt.timedelta(hours=hours)),
        st.sampled_from(TRACKING_EVENTS).map(str),
    ),
    max_size=8,
)


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


@given(EVENTS)
def test_nothing_older_than_the_latest_event_counts(events: list[tuple[dt.datetime, str]]) -> None:
    latest = max((at for at, _ in events), default=START)
    recent = [(at, event) for at, event in events if at == latest]
    assert state_after(events) is state_after(recent)
