"""What can start instances, and when the clock does so next."""

from __future__ import annotations

from flask import render_template

from engine.queries.starts import find_starts
from webapp.context import tuidan
from webapp.operator import blueprint
from webapp.parameters import search_words


@blueprint.get("/starts")
def starts() -> str:
    """List what starts the released versions, or all versions of one process."""
    process_id = search_words("process")
    with tuidan().transaction() as session:
        found = find_starts(session, process_id)
    return render_template("operator/starts.html", starts=found, process_id=process_id)
