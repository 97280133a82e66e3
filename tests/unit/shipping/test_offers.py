"""When what was offered about a parcel is still true, and of how many units."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.shipping.rules import LineUse, OfferEnd, Parcel, units_per_parcel, untrue_since

NOW = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
LATE, IN_TIME = NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=1)


def parcel(
    state: str = "in_transit",
    *,
    lost: bool = False,
    stalled: bool = False,
    promised_at: dt.datetime | None = IN_TIME,
) -> Parcel:
    return Parcel(state=state, lost=lost, stalled=stalled, promised_at=promised_at)


@pytest.mark.parametrize(
    ("reason", "facts", "end"),
    [
        ("L_DELAY", parcel(promised_at=LATE), None),
        ("L_DELAY", parcel(stalled=True), None),
        ("L_DELAY", parcel(), OfferEnd.MOVING),
        ("L_DELAY", parcel(promised_at=None), OfferEnd.MOVING),
        ("L_DELAY", parcel(promised_at=NOW), OfferEnd.MOVING),
        ("L_DELAY", parcel(promised_at=LATE, lost=True), OfferEnd.LOST),
        ("L_DELAY", parcel("delivered", promised_at=LATE), OfferEnd.DELIVERED),
        ("L_DELAY", parcel("returned", stalled=True, lost=True), OfferEnd.RETURNED),
        ("L_LOST", parcel("lost", lost=True), None),
        ("L_LOST", parcel("in_transit", lost=True), None),
        ("L_LOST", parcel("delivered", lost=True), OfferEnd.DELIVERED),
        ("L_LOST", parcel("returned"), OfferEnd.RETURNED),
        ("L_DAMAGE", parcel("delivered", lost=True), None),
        ("L_DAMAGE", parcel("returned"), None),
    ],
)
def test_an_offer_is_true_as_long_as_the_records_say_so(
    reason: str, facts: Parcel, end: OfferEnd | None
) -> None:
    assert untrue_since(reason, facts, NOW) == end


def use(live: int, *, left: int | None = None, kept: int = 0, answered: int = 0) -> LineUse:
    return LineUse(live_shipped=live, left=live if left is None else left, kept=kept, answered=answered)


@pytest.mark.parametrize(
    ("of", "packed", "units"),
    [
        (use(3), [3], [3]),
        (use(2, answered=1), [3], [2]),
        (use(2, answered=2), [2, 2], [0, 2]),
        (use(4), [2], [2]),
        (use(1), [2, 2], [1, 1]),
        (use(0, left=3), [2], [0]),
        (use(2, kept=2, left=2), [2], [0]),
        (use(3, left=1), [3], [1]),
        (use(2, answered=5), [2, 2], [0, 0]),
        (use(2, kept=3), [2], [0]),
    ],
    ids=[
        "all",
        "one-refunded",
        "the-first-of-two-lost-refunded",
        "others-are-in-another-parcel",
        "cancelled-for-another-reason",
        "what-is-left-never-shipped",
        "exchanged",
        "settled-in-part",
        "more-answered-than-packed",
        "more-kept-than-live",
    ],
)
def test_units_that_cases_dealt_with_are_not_offered_again(
    of: LineUse, packed: list[int], units: list[int]
) -> None:
    assert units_per_parcel(of, packed) == units


@given(
    st.builds(
        LineUse,
        live_shipped=st.integers(0, 9),
        left=st.integers(0, 9),
        kept=st.integers(0, 9),
        answered=st.integers(0, 9),
    ),
    st.lists(st.integers(1, 9), max_size=4),
)
def test_never_more_is_offered_than_a_parcel_holds_or_is_live(of: LineUse, packed: list[int]) -> None:
    units = units_per_parcel(of, packed)
    assert all(0 <= one <= min(held, of.live_shipped) for one, held in zip(units, packed, strict=True))
    assert sum(units) <= max(0, sum(packed) - of.answered)
    fewer = units_per_parcel(LineUse(**{**vars(of), "answered": of.answered + 1}), packed)
    assert all(less <= more for less, more in itertools.zip_longest(fewer, units))
