"""When a parcel of a case is overdue: never scanned, silent for too long, or missing."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.shipping.rules import Direction, ShipmentState
from processes.shipping.silence import Heard, Limits, Stage, Standing, standing_of

SENT = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
LIMITS = Limits(remind=2, remind_again=5, missing=10, stalled=4, lost=9)


def heard(
    state: str = "created",
    *,
    direction: str = "return",
    last: dt.datetime | None = None,
    settled: bool = False,
) -> Heard:
    return Heard(
        direction=Direction(direction),
        state=ShipmentState(state),
        sent_at=SENT,
        last_event_at=last,
        settled=settled,
    )


@pytest.mark.parametrize(
    ("days", "stage", "step", "next_day"),
    [
        (0, Stage.WAITING, 0, 2),
        (2, Stage.UNSCANNED, 1, 5),
        (5, Stage.UNSCANNED, 2, 10),
        (10, Stage.MISSING, 0, None),
    ],
)
def test_a_number_that_no_carrier_scans(days: int, stage: Stage, step: int, next_day: int | None) -> None:
    next_at = None if next_day is None else SENT + next_day * DAY

    assert standing_of(heard(), LIMITS, SENT + days * DAY) == Standing(
        stage=stage, step=step, next_at=next_at
    )


def test_a_carrier_that_falls_silent() -> None:
    last = SENT + DAY
    moving = heard("in_transit", last=last)

    assert standing_of(moving, LIMITS, last + 3 * DAY).stage is Stage.WAITING
    assert standing_of(moving, LIMITS, last + 4 * DAY) == Standing(
        stage=Stage.STALLED, step=1, next_at=last + 9 * DAY
    )
    assert standing_of(moving, LIMITS, last + 9 * DAY).stage is Stage.MISSING


@pytest.mark.parametrize(
    ("one", "stage"),
    [
        (heard("delivered", last=SENT), Stage.OVER),
        (heard(settled=True), Stage.OVER),
        (heard("lost", last=SENT), Stage.MISSING),
        # The buyer has it again and is to send it anew; who waits for goods from the shop hasn't got them.
        (heard("returned", last=SENT), Stage.WAITING),
        (heard("returned", last=SENT, direction="exchange"), Stage.MISSING),
        (heard("lost", last=SENT, settled=True), Stage.OVER),
    ],
)
def test_what_tracking_says_counts_first(one: Heard, stage: Stage) -> None:
    assert standing_of(one, LIMITS, SENT).stage is stage


@given(
    days=st.tuples(*[st.integers(0, 12)] * 5),
    scanned=st.booleans(),
    now=st.integers(0, 20),
)
def test_whatever_a_table_says_it_is_looked_at_again_later_or_it_is_missing(
    days: tuple[int, ...], scanned: bool, now: int
) -> None:
    limits = Limits(remind=days[0], remind_again=days[1], missing=days[2], stalled=days[3], lost=days[4])
    at = SENT + now * DAY
    standing = standing_of(heard("in_transit", last=SENT) if scanned else heard(), limits, at)

    if standing.stage is Stage.MISSING:
        assert standing.next_at is None
    else:
        assert standing.next_at is not None
        assert standing.next_at > at
