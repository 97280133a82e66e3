"""When a rating is asked for, and until when it can be changed."""

from __future__ import annotations

import datetime as dt

from processes.cases.rules import Outcome
from processes.ratings.rules import ASKED_FOR, EDITABLE_FOR, NOT_HANDLED, asks_for_rating, can_change

CLOSED = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def test_what_somebody_handled_can_be_rated_for_a_month() -> None:
    for outcome in Outcome:
        handled = outcome not in {Outcome.CLOSED_UNPAID, Outcome.INELIGIBLE, Outcome.WITHDRAWN}
        assert asks_for_rating(outcome, CLOSED, CLOSED + SECOND) is handled, outcome
    assert asks_for_rating("refunded", CLOSED, CLOSED + ASKED_FOR - SECOND)
    assert not asks_for_rating("refunded", CLOSED, CLOSED + ASKED_FOR)
    assert not asks_for_rating(None, None, CLOSED)
    assert set(Outcome) >= NOT_HANDLED


def test_a_rating_can_be_changed_for_a_week_until_it_is_answered() -> None:
    assert can_change(CLOSED, None, CLOSED + EDITABLE_FOR - SECOND)
    assert not can_change(CLOSED, None, CLOSED + EDITABLE_FOR)
    assert not can_change(CLOSED, CLOSED + SECOND, CLOSED + 2 * SECOND)
