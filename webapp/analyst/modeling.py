"""Drawing a process in the browser; what is drawn goes through the deploy form's checks."""

from __future__ import annotations

import posixpath

from flask import render_template, request

from engine.queries.definitions import deployment_file, versions_of
from webapp.analyst import blueprint
from webapp.context import tuidan
from webapp.parameters import form_text


@blueprint.get("/processes/<process_id>/model")
def model(process_id: str) -> str:
    """Open the released version, or ``?version=``, for drawing."""
    with tuidan().transaction() as session:
        versions = versions_of(session, process_id)
        asked = request.args.get("version", "")
        row = next(
            (row for row in versions if str(row.version) == asked),
            next((row for row in versions if row.released), versions[0]),
        )
        text = deployment_file(session, row.deployment_id, row.resource_name)
        return render_template(
            "analyst/model.html", title=row.name, file_name=row.resource_name, text=text, note="", row=row
        )


@blueprint.post("/model")
def continue_model() -> str:
    """Go on drawing what was sent to be checked."""
    name = posixpath.basename(form_text("name")) or "process.bpmn"
    return render_template(
        "analyst/model.html",
        title=name,
        file_name=name,
        text=request.form.get("text", ""),
        note=form_text("note"),
        row=None,
    )
