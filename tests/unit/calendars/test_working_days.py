"""Deadlines in working days: China's holidays and make-up days, unknown years, daylight saving, leap days."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import Calendar, CalendarInvalid, Weekdays, count_working_days, working_days
from engine.runner import Outcome, Runner
from processes.calendars.rules import MOST_CLOSED_DAYS, may_close
from processes.calendars.shops import KNOWN_YEARS, shop_calendar
from tests.diagrams import boundary, diagram, end, flows, start, timer, user

CHINA = shop_calendar(frozenset())
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("begins", "days", "ends", "skipped"),
    [
        # An ordinary week: Tuesday noon, three days, until Friday 24:00.
        ("2026-03-10 12:00", 3, "2026-03-14 00:00", 0),
        ("2026-03-12 23:59", 2, "2026-03-17 00:00", 2),
        # National Day 2026: 1 to 7 October are free, Saturday the 10th is worked.
        ("2026-09-30 10:00", 1, "2026-10-09 00:00", 7),
        ("2026-09-30 10:00", 3, "2026-10-11 00:00", 7),
        # In UTC it is still the day before.
        ("2026-03-13 00:30", 1, "2026-03-17 00:00", 2),
        # 29 February of a leap year is counted.
        ("2024-02-28 09:00", 1, "2024-03-01 00:00", 0),
    ],
)
def test_working_days_in_china(begins: str, days: int, ends: str, skipped: int) -> None:
    counted = count_working_days(at(begins), days, CHINA)
    assert counted.due == at(ends)
    assert counted.due.tzinfo is dt.UTC
    assert len(counted.skipped) == skipped
    assert counted.assumed == ()


def test_a_year_that_nobody_knows_yet_is_counted_by_what_is_certain() -> None:
    unknown = KNOWN_YEARS[-1] + 1
    counted = count_working_days(at(f"{unknown - 1}-12-31 10:00"), 1, CHINA)
    assert dt.date(unknown, 1, 1) in counted.skipped
    assert counted.assumed == (unknown,)
    far = count_working_days(at("2999-09-30 10:00"), 1, CHINA)
    assert {dt.date(2999, 10, day) for day in (1, 2, 3)} <= set(far.skipped)
    assert far.assumed == (2999,)


def test_a_shops_closed_days_are_skipped_even_on_make_up_days() -> None:
    closed = shop_calendar(frozenset({dt.date(2026, 3, 11), dt.date(2026, 10, 10)}))
    assert count_working_days(at("2026-03-10 12:00"), 1, closed).due == at("2026-03-13 00:00")
    assert not closed.works(dt.date(2026, 10, 10))


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-03-27 12:00", "2026-03-31 00:00"),  # the clock goes forward on Sunday the 29th
        ("2026-10-23 12:00", "2026-10-27 00:00"),  # and back on Sunday the 25th
    ],
)
def test_days_end_at_midnight_where_the_clock_changes(begins: str, ends: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    counted = count_working_days(at(begins, berlin), 1, Weekdays(zone=berlin))
    assert counted.due == at(ends, berlin)


@given(
    begins=st.datetimes(
        dt.datetime(2004, 1, 2),  # noqa: DTZ001 - given its zone below
        dt.datetime(2060, 1, 1),  # noqa: DTZ001
    ),
    days=st.integers(1, 40),
    closed=st.frozensets(st.dates(dt.date(2004, 1, 1), dt.date(2060, 1, 1)), max_size=10),
)
def test_there_are_so_many_working_days_and_no_more(
    begins: dt.datetime, days: int, closed: frozenset[dt.date]
) -> None:
    calendar: Calendar = shop_calendar(closed)
    begin = begins.replace(tzinfo=dt.UTC)
    counted = count_working_days(begin, days, calendar)
    day, last = begin.astimezone(SHANGHAI).date(), counted.due.astimezone(SHANGHAI).date()
    between = [day + dt.timedelta(days=n) for n in range(1, (last - day).days)]
    assert sum(calendar.works(one) for one in between) == days
    assert calendar.works(between[-1])
    assert tuple(one for one in between if not calendar.works(one)) == counted.skipped


@pytest.mark.parametrize(
    ("text", "days"),
    [("P2BD", 2), ("P250BD", 250), ("PT48H", None), ("P0BD", None), ("P2BDT1H", None), (2, None)],
)
def test_what_means_working_days(text: object, days: int | None) -> None:
    assert working_days(text) == days


def test_more_than_a_year_is_a_mistake() -> None:
    with pytest.raises(CalendarInvalid):
        working_days("P251BD")


class Never:
    """A calendar on which nobody ever works."""

    name = "never"
    zone = SHANGHAI

    def works(self, _day: dt.date) -> bool:
        return False

    def knows(self, _year: int) -> bool:
        return True


def test_a_calendar_without_working_days_comes_to_an_end() -> None:
    with pytest.raises(CalendarInvalid):
        count_working_days(at("2026-03-10 12:00"), 1, Never())


def review(duration: str) -> dict[str, str]:
    text = diagram(
        "p",
        start(),
        user("review"),
        boundary("late", "review", timer(duration)),
        end(),
        flows("start", "review", "end"),
        flows("late", "end"),
    )
    return {"p.bpmn": text}


def test_a_timer_counts_working_days_says_how_and_fires_once_after_an_outage() -> None:
    run = Runner(review("limit"), start=at("2026-09-30 10:00"), calendar=CHINA).start("p", {"limit": "P2BD"})
    (waiting,) = run.waits.user_tasks.values()
    assert waiting.deadline is not None
    assert waiting.deadline.due_at == at("2026-10-10 00:00")
    basis = waiting.deadline.basis
    assert basis is not None
    assert (basis["after"], len(basis["skipped"]), basis["zone"]) == ("P2BD", 7, "Asia/Shanghai")
    run.forward("P8D")
    assert sorted(run.waiting()) == ["late", "review"]
    run.forward("P4D")  # two days too late
    assert run.outcome is Outcome.COMPLETED
    assert [entry.element_id for entry in run.trace if entry.kind == "completed"].count("late") == 1


def test_a_timer_that_asks_for_too_many_working_days_fails_aloud() -> None:
    run = Runner(review("limit"), calendar=CHINA).start("p", {"limit": "P999BD"})
    assert run.outcome is Outcome.FAILED
    assert "250" in str(run.error)


@pytest.mark.parametrize(
    ("day", "problem"),
    [("2026-03-10", "past"), ("2026-03-12", "too_soon"), ("2026-03-13", ""), ("2027-01-04", "")],
)
def test_when_a_shop_may_close(day: str, problem: str) -> None:
    assert may_close(dt.date.fromisoformat(day), dt.date(2026, 3, 10), frozenset()) == problem


def test_how_often_a_shop_may_close() -> None:
    closed = frozenset(dt.date(2026, 5, day) for day in range(1, MOST_CLOSED_DAYS + 1))
    assert may_close(dt.date(2026, 6, 1), dt.date(2026, 3, 10), closed) == "too_many"
    assert may_close(dt.date(2026, 5, 1), dt.date(2026, 3, 10), closed) == ""
    assert may_close(dt.date(2027, 6, 1), dt.date(2026, 3, 10), closed) == ""
