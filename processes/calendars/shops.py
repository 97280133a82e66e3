"""A shop's calendar: the public one, and its own closed days."""

from __future__ import annotations

import datetime as dt
import uuid

import chinese_calendar
import sqlalchemy as sa
from chinese_calendar.constants import holidays, workdays
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.calendars import Calendar
from engine.errors import TuidanError
from engine.values import Variables
from processes.calendars.rules import (
    MOST_CLOSED_DAYS,
    NOTICE_DAYS,
    SHANGHAI,
    ShopCalendar,
    may_close,
)
from processes.calendars.tables import ShopClosedDay

KNOWN_YEARS = range(min(min(holidays), min(workdays)).year, max(max(holidays), max(workdays)).year + 1)
"""The years whose arrangement of public holidays the library carries."""


class DayNotClosable(TuidanError):
    """The shop can't be closed on {day}: it has to be at least {notice} days ahead."""

    code = "calendar.day_not_closable"


class TooManyClosedDays(TuidanError):
    """A shop can be closed on {most} days of a year beyond public holidays, and these are used up."""

    code = "calendar.too_many_closed_days"


def calendar_of(session: Session, variables: Variables) -> Calendar:
    """The calendar of the shop that an instance is about; without one, the public calendar."""
    try:
        shop_id = uuid.UUID(str(variables.get("shop_id")))
    except ValueError:
        return shop_calendar(frozenset())
    return shop_calendar(closed_days(session, shop_id))


def shop_calendar(closed: frozenset[dt.date]) -> ShopCalendar:
    """The public calendar with a shop's closed days."""
    return ShopCalendar(public=chinese_calendar.is_workday, known_years=KNOWN_YEARS, closed=closed)


def closed_days(session: Session, shop_id: uuid.UUID) -> frozenset[dt.date]:
    """The days on which a shop is closed, past ones included."""
    found = sa.select(ShopClosedDay.day).where(ShopClosedDay.shop_id == shop_id)
    return frozenset(session.scalars(found))


def close_on(session: Session, shop_id: uuid.UUID, day: dt.date, *, actor: Actor, now: dt.datetime) -> None:
    """Close a shop on a day; deadlines that run already stay as they were promised.

    Raises:
        DayNotClosable: It is past, or too soon.
        TooManyClosedDays: The year's days are used up.
    """
    # Two sellers of a shop at once would both find the last free day.
    lock = sa.func.hashtextextended(f"closed:{shop_id}", 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
    problem = may_close(day, now.astimezone(SHANGHAI).date(), closed_days(session, shop_id))
    if problem == "too_many":
        raise TooManyClosedDays(most=MOST_CLOSED_DAYS)
    if problem:
        raise DayNotClosable(day=day.isoformat(), notice=NOTICE_DAYS)
    session.execute(
        postgresql.insert(ShopClosedDay)
        .values(shop_id=shop_id, day=day, said_at=now, said_by=actor.id)
        .on_conflict_do_nothing()
    )


def open_on(session: Session, shop_id: uuid.UUID, day: dt.date, *, now: dt.datetime) -> None:
    """Work on a day after all, as long as it hasn't come; repeated, it does nothing.

    Raises:
        DayNotClosable: The day has come.
    """
    if day <= now.astimezone(SHANGHAI).date():
        raise DayNotClosable(day=day.isoformat(), notice=NOTICE_DAYS)
    session.execute(
        sa.delete(ShopClosedDay).where(ShopClosedDay.shop_id == shop_id, ShopClosedDay.day == day)
    )
