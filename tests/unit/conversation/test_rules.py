"""When a conversation becomes read-only, and who has read what."""

from __future__ import annotations

import datetime as dt

from processes.conversation.rules import OPEN_AFTER_CLOSING, is_writable, read_by, writable_until

CLOSED = dt.datetime(2026, 2, 14, 4, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def test_an_open_case_is_always_writable() -> None:
    assert writable_until(None) is None
    assert is_writable(None, CLOSED)


def test_a_closed_case_is_writable_until_the_very_instant() -> None:
    end = CLOSED + dt.timedelta(days=15)
    assert writable_until(CLOSED) == end == CLOSED + OPEN_AFTER_CLOSING
    assert is_writable(CLOSED, end - SECOND)
    assert not is_writable(CLOSED, end)


def test_a_message_is_read_by_other_sides_that_came_as_far() -> None:
    positions = {"buyer": 5, "seller": 3, "platform": 2}
    assert read_by(3, "buyer", positions) == ("seller",)
    assert read_by(2, "seller", positions) == ("buyer", "platform")
    assert read_by(6, "platform", positions) == ()
    assert read_by(1, "buyer", {}) == ()
