"""店铺记录: one shop's figures, how each is computed, and its trends; the list of all shops."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from processes.catalog.shops import find_shop
from processes.people.roles import Role
from processes.record.reading import SORTS, Record, Week, all_records, record_of, shops_by_ids
from processes.record.rules import TREND_WEEKS, WINDOWS
from webapp.auth.roles import roles_required
from webapp.context import now, reader, tuidan
from webapp.parameters import choice, uuid_or_none
from webapp.record import blueprint
from webapp.record.plots import HEIGHT, LEFT, RIGHT, TICKS, WIDTH, Plot, draw

HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A plot with its words.

    Attributes:
        unit: What its numbers are.
        values: One for each week, as they are drawn; None where nothing can be told.
    """

    key: str
    title: LazyString
    unit: LazyString
    plot: Plot
    values: list[float | None]


@blueprint.get("/")
def index() -> str:
    """Show a seller his shop's record, and the platform the list of all."""
    person, days = reader(), _days()
    with tuidan().transaction() as session:
        if person.role is not Role.SELLER:
            sort = choice("sort", SORTS) or "median"
            found = all_records(session, days, sort=sort, after=uuid_or_none(request.args.get("after", "")))
            return render_template("record/index.html", found=found, sort=sort, days=days, windows=WINDOWS)
        shops = shops_by_ids(session, person.shop_ids)
        slug = choice("shop", {shop.slug for shop in shops})
        chosen = next((shop for shop in shops if shop.slug == slug), shops[0] if shops else None)
        record = record_of(session, chosen, days, now()) if chosen else None
        return _page(record, days, shops=shops)


@blueprint.get("/<slug>")
@roles_required(Role.AGENT, Role.SENIOR)
def shop(slug: str) -> str:
    """Show the platform one shop's record."""
    days = _days()
    with tuidan().transaction() as session:
        return _page(record_of(session, find_shop(session, slug), days, now()), days)


def trends_of(record: Record) -> list[Trend]:
    """Draw a record's trends."""
    weeks = record.trend

    def trend(
        key: str,
        title: LazyString,
        unit: LazyString,
        values: list[float | None],
        least_top: float,
        most: float | None = None,
        ticks: int = TICKS,
    ) -> Trend:
        plot = draw(values, least_top=least_top, most=most, ticks=ticks)
        return Trend(key=key, title=title, unit=unit, plot=plot, values=values)

    return [
        trend("median", _l("Answer time, median"), _l("hours"), [_hours(week) for week in weeks], 4),
        trend(
            "approval",
            _l("Approval rate"),
            _l("per cent"),
            [_tenth(week.figures.approval) for week in weeks],
            100,
            100,
        ),
        trend(
            "overrun", _l("Overruns"), _l("per cent"), [_tenth(week.figures.overrun) for week in weeks], 20
        ),
        trend("fault", _l("Fault rate"), _l("per cent"), [_tenth(week.figures.fault) for week in weeks], 20),
        trend(
            "rating",
            _l("Rating"),
            _l("stars"),
            [_hundredth(week.figures.rating) for week in weeks],
            5,
            5,
            ticks=5,
        ),
        trend("closed", _l("Cases that ended"), _l("cases"), [week.counts.closed for week in weeks], 4),
    ]


def _page(record: Record | None, days: int, *, shops: object = ()) -> str:
    return render_template(
        "record/shop.html",
        record=record,
        trends=trends_of(record) if record else [],
        days=days,
        windows=WINDOWS,
        weeks=TREND_WEEKS,
        shops=shops,
        size={"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT},
    )


def _days() -> int:
    text = choice("days", {str(days) for days in WINDOWS})
    return int(text) if text else WINDOWS[0]


def _hours(week: Week) -> float | None:
    median = week.figures.median
    return round(median.total_seconds() / HOUR, 1) if median is not None else None


def _tenth(per_mille: int | None) -> float | None:
    return per_mille / 10 if per_mille is not None else None


def _hundredth(value: int | None) -> float | None:
    return value / 100 if value is not None else None
