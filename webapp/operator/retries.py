"""Retries of many incidents: how far they have come, and stopping them."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.retry_many import stop_retries
from engine.queries.retries import latest_retries
from engine.queries.retries import retries as retries_of
from engine.retries.filters import IncidentFilters
from engine.retries.running import PAUSES
from webapp.context import reader, tuidan
from webapp.operator import blueprint
from webapp.operator.answering import reason_given


@blueprint.get("/retries")
def all_retries() -> str:
    """List the retries that were asked for last."""
    with tuidan().transaction() as session:
        return render_template("operator/all_retries.html", batches=latest_retries(session, limit=50))


@blueprint.get("/retries/<uuid:batch_id>")
def retries(batch_id: uuid.UUID) -> str:
    """Show retries; ``?part=progress`` is what the page fetches again."""
    template = "operator/parts/retries.html" if request.args.get("part") else "operator/retries.html"
    with tuidan().transaction() as session:
        batch = retries_of(session, batch_id)
    filters = IncidentFilters.from_json(batch.filters)
    return render_template(template, batch=batch, filters=filters, rounds=len(PAUSES) + 1)


@blueprint.post("/retries/<uuid:batch_id>/stop")
def stop(batch_id: uuid.UUID) -> Response:
    """Retry no further."""
    product = tuidan()
    with product.transaction() as session:
        stop_retries(product.engine, session, batch_id, reason=reason_given(), actor=reader().actor)
    flash(gettext("Stopped: no further incident is retried."), "good")
    return redirect(url_for("operator.retries", batch_id=batch_id), code=303)
