"""The days on which the shop is closed: deadlines in working days skip them."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import TuidanError
from processes.calendars.rules import MOST_CLOSED_DAYS, NOTICE_DAYS, SHANGHAI
from processes.calendars.shops import KNOWN_YEARS, close_on, closed_days, open_on
from processes.catalog.errors import ShopNotFound
from webapp.context import now, reader, tuidan
from webapp.errors.messages import message_of
from webapp.parameters import uuid_or_none
from webapp.seller import blueprint


@blueprint.get("/calendar")
def calendar() -> str:
    """Show the closed days that are to come."""
    return _page()


@blueprint.post("/calendar")
def change_calendar() -> Response | tuple[str, int]:
    """Close the shop on a day, or open it after all."""
    shop_id, day = _shop(), _day()
    try:
        if day is None:
            return _page(error=_("Choose a day.")), 422
        with tuidan().transaction() as session:
            if request.form.get("action") == "open":
                open_on(session, shop_id, day, now=now())
            else:
                close_on(session, shop_id, day, actor=reader().actor, now=now())
    except TuidanError as error:
        return _page(error=message_of(error)), 422
    flash(_("The calendar has been changed."), "good")
    return redirect(url_for("seller.calendar"))


def _shop() -> uuid.UUID:
    shop_id = uuid_or_none(request.form.get("shop", ""))
    if shop_id not in reader().shop_ids:
        raise ShopNotFound
    return shop_id


def _day() -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return None


def _page(error: str | None = None) -> str:
    today = now().astimezone(SHANGHAI).date()
    with tuidan().transaction() as session:
        closed = [
            (shop_id, name, day)
            for shop_id, name in reader().shops
            for day in sorted(closed_days(session, shop_id))
            if day > today
        ]
    return render_template(
        "seller/calendar.html",
        closed=closed,
        error=error,
        earliest=today + dt.timedelta(days=NOTICE_DAYS),
        most=MOST_CLOSED_DAYS,
        notice=NOTICE_DAYS,
        known_until=KNOWN_YEARS[-1],
    )
