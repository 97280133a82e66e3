"""Reading the record: of one shop over a window and week by week, and of all shops as a sorted list."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from processes.catalog.tables import Shop
from processes.record.rules import Counts, Figures, combined, day_of, figures_of, weeks_until
from processes.record.tables import RecordState, ShopDay, ShopWindow

PAGE_SIZE = 25


@dataclass(frozen=True, kw_only=True)
class Week:
    """One week of a trend; ``first`` and ``last`` are its days."""

    first: dt.date
    last: dt.date
    counts: Counts
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class Record:
    """A shop's record.

    Attributes:
        since: The window's first day; it ends today.
        counts: Over the window.
        trend: Week by week, the earliest first.
        counted_at: As of when; None if nothing was ever counted.
    """

    shop: Shop
    since: dt.date
    counts: Counts
    figures: Figures
    trend: list[Week]
    counted_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class ShopRow:
    """A shop in a list of all."""

    shop: Shop
    counts: Counts
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """A page of all shops' records.

    Attributes:
        next: The last shop of the page if there are more, after which the next one begins.
        counted_at: As of when.
    """

    rows: list[ShopRow]
    next: uuid.UUID | None
    counted_at: dt.datetime | None


Expression = sa.SQLColumnExpression[Any]


def _rate(part: Expression, whole: Expression) -> Expression:
    return part * 1.0 / sa.func.nullif(whole, 0)


# By the name of a column of the list: what it is sorted by, and whether the largest comes first.
SORTS: dict[str, tuple[Expression, bool]] = {
    "median": (ShopWindow.median, True),
    "slowest_tenth": (ShopWindow.slowest_tenth, True),
    "approval": (_rate(ShopWindow.agreed, ShopWindow.decided), False),
    "overrun": (_rate(ShopWindow.overrun, ShopWindow.answered + ShopWindow.overrun), True),
    "fault": (_rate(ShopWindow.at_fault, ShopWindow.closed), True),
    "rating": (_rate(ShopWindow.stars, ShopWindow.ratings), False),
    "answered": (ShopWindow.answered, True),
    "refunds": (ShopWindow.refunds, True),
}
"""The shops that need attention first: the slow, the strict, the late."""


def record_of(session: Session, shop: Shop, days: int, now: dt.datetime) -> Record:
    """Return a shop's record over the latest days, from at most that many rows and the trend's."""
    today = day_of(now)
    since = today - dt.timedelta(days=days - 1)
    weeks = weeks_until(today)
    by_day = {
        row.day: counts_of(row)
        for row in session.scalars(
            sa.select(ShopDay).where(ShopDay.shop_id == shop.id, ShopDay.day >= min(since, weeks[0][0]))
        )
    }
    window = combined(counts for day, counts in by_day.items() if since <= day <= today)
    trend = []
    for first, last in weeks:
        counts = combined(c for day, c in by_day.items() if first <= day <= last)
        trend.append(Week(first=first, last=last, counts=counts, figures=figures_of(counts)))
    return Record(
        shop=shop,
        since=since,
        counts=window,
        figures=figures_of(window),
        trend=trend,
        counted_at=_counted_at(session),
    )


def all_records(session: Session, days: int, *, sort: str, after: uuid.UUID | None = None) -> RecordPage:
    """Return a page of all shops' records.

    The table has one row for each shop that was asked anything lately.

    Args:
        session: The caller's transaction.
        days: One of ``WINDOWS``.
        sort: A key of ``SORTS``.
        after: ``next`` of the page before.
    """
    by, largest_first = SORTS[sort]
    order = by.desc() if largest_first else by.asc()
    query = sa.select(ShopWindow).where(ShopWindow.days == days)
    if after is not None:
        query = query.where(_follows(session, by, days, after, largest_first=largest_first))
    found = session.scalars(
        query.options(joinedload(ShopWindow.shop))
        .order_by(order.nulls_last(), ShopWindow.shop_id)
        .limit(PAGE_SIZE + 1)
    ).all()
    return RecordPage(
        rows=[_row(one) for one in found[:PAGE_SIZE]],
        next=found[PAGE_SIZE - 1].shop_id if len(found) > PAGE_SIZE else None,
        counted_at=_counted_at(session),
    )


def _follows(
    session: Session, by: Expression, days: int, after: uuid.UUID, *, largest_first: bool
) -> sa.ColumnElement[bool]:
    """Whether a row comes after a shop's in the list; shops without a figure come last."""
    of_shop = ShopWindow.shop_id == after
    figure = session.scalar(sa.select(by).where(ShopWindow.days == days, of_shop))
    alike = ShopWindow.shop_id > after
    if figure is None:
        return sa.and_(by.is_(None), alike)
    return sa.or_(by < figure if largest_first else by > figure, sa.and_(by == figure, alike), by.is_(None))


def shops_by_ids(session: Session, shop_ids: Sequence[uuid.UUID]) -> list[Shop]:
    """Return shops by their names."""
    return list(session.scalars(sa.select(Shop).where(Shop.id.in_(shop_ids)).order_by(Shop.name)))


def counts_of(row: ShopDay | ShopWindow) -> Counts:
    """Return what a row counts."""
    return Counts(
        answered=row.answered,
        overrun=row.overrun,
        decided=row.decided,
        agreed=row.agreed,
        closed=row.closed,
        at_fault=row.at_fault,
        ratings=row.ratings,
        stars=row.stars,
        refunds=row.refunds,
        refunded=row.refunded,
        seconds=(row.seconds,) if isinstance(row, ShopDay) else (),
    )


def _row(row: ShopWindow) -> ShopRow:
    counts = counts_of(row)
    known = figures_of(counts)
    return ShopRow(
        shop=row.shop,
        counts=counts,
        figures=Figures(
            median=_length(row.median),
            slowest_tenth=_length(row.slowest_tenth),
            approval=known.approval,
            overrun=known.overrun,
            fault=known.fault,
            rating=known.rating,
        ),
    )


def _length(seconds: int | None) -> dt.timedelta | None:
    return None if seconds is None else dt.timedelta(seconds=seconds)


def _counted_at(session: Session) -> dt.datetime | None:
    state = session.get(RecordState, 1)
    return state.counted_at if state is not None else None
