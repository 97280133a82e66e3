"""One incident: what failed, where and why; retrying it, or giving an answer in place of what failed."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.commands.fencing import WouldFail
from engine.commands.skip import Skippable, preview_skip, skip_failed, skippable
from engine.commands.variables import read_value
from engine.errors import TuidanError
from engine.failures import IncidentNotFound, StepFailed
from engine.queries.incidents import incident as incident_of
from engine.tables import Incident
from engine.values import JSON
from webapp.context import reader, tuidan
from webapp.errors.messages import message_of
from webapp.operator import blueprint
from webapp.operator.answering import back_to_instance, reason_given
from webapp.parameters import form_text


@blueprint.get("/incidents/<uuid:incident_id>")
def incident(incident_id: uuid.UUID) -> str:
    """Show an incident."""
    with tuidan().transaction() as session:
        found = incident_of(session, incident_id)
        return render_template("operator/incident.html", item=found, skips=skips_of(session, [found]))


@blueprint.post("/incidents/<uuid:incident_id>/skip/preview")
def preview_of_skip(incident_id: uuid.UUID) -> str:
    """Show what would follow if an answer were taken in place of what failed."""
    product = tuidan()
    with product.transaction() as session:
        item = incident_of(session, incident_id)
        asked = skippable(product.engine, session, item)
    outcome, refusal, given, fails = None, "", None, ""
    try:
        given = _given(asked)
        outcome = preview_skip(product.engine, incident_id, given=given, actor=reader().actor)
    except IncidentNotFound:
        raise
    except WouldFail as error:
        fails = message_of(error)
    except TuidanError as error:
        refusal = message_of(error)
    return render_template(
        "operator/skip.html",
        item=item,
        asked=asked,
        given=given,
        given_json=json.dumps(given, ensure_ascii=False),
        outcome=outcome,
        fails=fails,
        refusal=refusal,
    )


@blueprint.post("/incidents/<uuid:incident_id>/skip")
def skip(incident_id: uuid.UUID) -> Response:
    """Take an answer in place of what failed, and go on."""
    product = tuidan()
    given = read_value(gettext("Result"), form_text("given"))
    try:
        with product.transaction() as session:
            instance_id = incident_of(session, incident_id).instance_id
            skip_failed(
                product.engine, session, incident_id, given=given, reason=reason_given(), actor=reader().actor
            )
    except StepFailed:
        flash(
            gettext("What you gave is kept, but what follows has failed: give an answer to that, too."), "bad"
        )
        return redirect(url_for("operator.incident", incident_id=incident_id), code=303)
    words = gettext("Skipped: it goes on with what you gave.")
    if instance_id is not None:
        return back_to_instance(instance_id, words)
    flash(words, "good")
    return redirect(url_for("operator.incidents"), code=303)


def skips_of(session: Session, incidents: Iterable[Incident]) -> dict[uuid.UUID, Skippable]:
    """What can be given to resolve each of the open incidents, or why nothing can."""
    engine = tuidan().engine
    return {item.id: skippable(engine, session, item) for item in incidents if item.resolved_at is None}


def _given(asked: Skippable) -> JSON:
    """What the form gives, as the command takes it."""
    if asked.question.kind == "ways":
        return [*request.form.getlist("way")]
    if asked.question.kind == "condition":
        return {"true": True, "false": False}.get(form_text("holds"))
    if asked.question.kind == "instant":
        try:
            local = dt.datetime.fromisoformat(form_text("at"))
        except ValueError:
            return ""
        return local.replace(tzinfo=ZoneInfo(reader().timezone)).astimezone(dt.UTC).isoformat()
    return read_value(gettext("Result"), form_text("given"))
