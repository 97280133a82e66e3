"""The operator's first page: whether all is well, and where it isn't."""

from __future__ import annotations

import datetime as dt

from flask import render_template, request

from engine.queries.incidents import find_incidents
from engine.queries.overview import COUNT_LIMIT, next_timers, overview, running_by_process
from engine.queries.workers import workers
from webapp.context import now, tuidan
from webapp.operator import blueprint

OVERDUE_AFTER = dt.timedelta(seconds=30)
NEWEST_INCIDENTS = 5


@blueprint.get("/")
def index() -> str:
    """Show what runs, waits and has failed; ``?part=numbers`` is what the page fetches again."""
    template = "operator/parts/overview.html" if request.args.get("part") else "operator/index.html"
    with tuidan().transaction() as session:
        return render_template(
            template,
            numbers=overview(session, now=now(), grace=OVERDUE_AFTER),
            processes=running_by_process(session),
            workers=workers(session),
            incidents=find_incidents(session, limit=NEWEST_INCIDENTS).rows,
            timers=next_timers(session),
            limit=COUNT_LIMIT,
        )
