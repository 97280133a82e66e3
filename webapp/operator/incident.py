"""One incident: what failed, where and why; retrying it, or giving the result of what failed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.commands.skip import Skippable, skip_failed, skippable
from engine.commands.variables import read_value
from engine.queries.incidents import incident as incident_of
from engine.tables import Incident
from webapp.context import reader, tuidan
from webapp.operator import blueprint
from webapp.operator.answering import back_to_instance, reason_given
from webapp.parameters import form_text


@blueprint.get("/incidents/<uuid:incident_id>")
def incident(incident_id: uuid.UUID) -> str:
    """Show an incident."""
    with tuidan().transaction() as session:
        found = incident_of(session, incident_id)
        return render_template("operator/incident.html", item=found, skips=skips_of(session, [found]))


@blueprint.post("/incidents/<uuid:incident_id>/skip")
def skip(incident_id: uuid.UUID) -> Response:
    """Take a given result in place of what failed, and go on."""
    product = tuidan()
    result = read_value(gettext("Result"), form_text("result"))
    with product.transaction() as session:
        instance_id = incident_of(session, incident_id).instance_id
        skip_failed(
            product.engine, session, incident_id, result=result, reason=reason_given(), actor=reader().actor
        )
    words = gettext("Skipped: it goes on with the result that you gave.")
    if instance_id is not None:
        return back_to_instance(instance_id, words)
    flash(words, "good")
    return redirect(url_for("operator.incidents"), code=303)


def skips_of(session: Session, incidents: Iterable[Incident]) -> dict[uuid.UUID, Skippable]:
    """Which open incidents can be resolved by giving a result, and where that lands."""
    engine = tuidan().engine
    found = {item.id: skippable(engine, session, item) for item in incidents if item.resolved_at is None}
    return {incident_id: skip for incident_id, skip in found.items() if skip is not None}
