"""The list of process instances, with filters."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask import render_template, request

from engine.queries.instances import STATUSES, InstanceFilters, find_instances
from engine.queries.overview import running_by_process
from webapp.context import reader, tuidan
from webapp.operator import blueprint
from webapp.parameters import choice, search_words, uuid_or_none

FILTERS = ("process", "version", "status", "key", "incident", "from", "to")


@blueprint.get("/instances")
def instances() -> str:
    """List process instances, the newest first."""
    filters = filters_of_request()
    after = uuid_or_none(request.args.get("after", ""))
    with tuidan().transaction() as session:
        return render_template(
            "operator/instances.html",
            page=find_instances(session, filters, after=after),
            processes=running_by_process(session),
            statuses=STATUSES,
            chosen={name: request.args.get(name, "") for name in FILTERS},
            asked={name: request.args[name] for name in FILTERS if request.args.get(name)},
        )


def filters_of_request() -> InstanceFilters:
    """Read the filters; what can't be understood is as if it weren't there."""
    version = request.args.get("version", "").strip()
    last_day = _midnight("to")
    return InstanceFilters(
        process_id=search_words("process") or None,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else None,
        status=choice("status", STATUSES) or None,
        business_key=search_words("key") or None,
        has_incident=bool(request.args.get("incident")),
        started_from=_midnight("from"),
        started_before=last_day + dt.timedelta(days=1) if last_day else None,
    )


def _midnight(name: str) -> dt.datetime | None:
    """The beginning of a day, as the reader's calendar has it."""
    try:
        day = dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return dt.datetime.combine(day, dt.time(), ZoneInfo(reader().timezone))
