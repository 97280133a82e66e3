"""How a deadline came about, in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from engine.calendars import working_days
from engine.tables import UserTask
from webapp.formatting import instant, span

MOST_SHOWN = 12
"""Of the days that were skipped; the rest is counted."""


def derivation(task: UserTask) -> str:
    """How the deadline of a task was computed; empty without one."""
    if task.due_at is None:
        return ""
    if not task.due_basis:
        limit, start = span(task.due_at - task.created_at), instant(task.created_at)
        said = _(
            "Time limit: %(limit)s from %(start)s, by the table of time limits.", limit=limit, start=start
        )
        return str(said)
    return " ".join(_counted(task.due_basis))


def _counted(basis: dict[str, Any]) -> list[str]:
    said = [
        _(
            "Time limit: %(count)s working days after the day of %(start)s, by the table of time limits; "
            "the last one ends at 24:00 (%(zone)s).",
            count=working_days(basis["after"]) or 0,
            start=instant(basis["from"]),
            zone=basis["zone"],
        )
    ]
    skipped = [_day(dt.date.fromisoformat(day)) for day in basis["skipped"]]
    if len(skipped) > MOST_SHOWN:
        shown, more = _joined(skipped[:MOST_SHOWN]), len(skipped) - MOST_SHOWN
        said.append(_("Not counted: %(days)s and %(more)s more days.", days=shown, more=more))
    elif skipped:
        said.append(_("Not counted: %(days)s.", days=_joined(skipped)))
    if basis["assumed"]:
        years = _joined([str(year) for year in basis["assumed"]])
        said.append(
            _(
                "The public holidays of %(years)s were not known yet: weekdays and the fixed holidays "
                "were counted.",
                years=years,
            )
        )
    return said


def _day(day: dt.date) -> str:
    return str(format_date(day, "M月d日" if str(get_locale()).startswith("zh") else "d MMM"))


def _joined(parts: list[str]) -> str:
    return ("、" if str(get_locale()).startswith("zh") else ", ").join(parts)
