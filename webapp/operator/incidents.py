"""Incidents: what failed, where and why; and retrying one or several of them."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from engine.errors import TuidanError
from engine.incidents import retry_incident
from engine.queries.incidents import find_incidents
from engine.queries.overview import running_by_process
from webapp.context import reader, tuidan
from webapp.errors.messages import message_of
from webapp.operator import blueprint
from webapp.parameters import form_text, search_words, uuid_or_none
from webapp.security import is_local_address

MOST_AT_ONCE = 100
REASON_MAXIMUM = 500


@blueprint.get("/incidents")
def incidents() -> str:
    """List open incidents, or those that were resolved."""
    resolved = request.args.get("state") == "resolved"
    process_id = search_words("process")
    after = uuid_or_none(request.args.get("after", ""))
    with tuidan().transaction() as session:
        return render_template(
            "operator/incidents.html",
            page=find_incidents(session, resolved=resolved, process_id=process_id or None, after=after),
            processes=running_by_process(session),
            resolved=resolved,
            process_id=process_id,
            first=after is None,
        )


@blueprint.post("/incidents/retry")
def retry_incidents() -> Response:
    """Retry the incidents that were ticked, each in a transaction of its own, with one reason."""
    reason = form_text("reason")[:REASON_MAXIMUM]
    wanted = list(dict.fromkeys(filter(None, map(uuid_or_none, request.form.getlist("incident")))))
    back = request.form.get("next", "")
    target = back if is_local_address(back) else url_for("operator.incidents")
    if not wanted:
        flash(gettext("Choose at least one incident."), "warn")
    elif not reason:
        flash(gettext("Say why you retry it: the reason is kept in the record."), "warn")
    else:
        _retry(wanted[:MOST_AT_ONCE], reason)
    return redirect(target, code=303)


def _retry(wanted: list[uuid.UUID], reason: str) -> None:
    done = 0
    failures: list[str] = []
    for incident_id in wanted:
        try:
            retry_one(incident_id, reason)
            done += 1
        except TuidanError as error:
            failures.append(message_of(error))
    if done:
        flash(ngettext("%(num)d incident was retried.", "%(num)d incidents were retried.", done), "good")
    for message in dict.fromkeys(failures):
        count = failures.count(message)
        words = ngettext(
            "%(num)d incident failed again: %(why)s",
            "%(num)d incidents failed again: %(why)s",
            count,
            why=message,
        )
        flash(words, "bad")


def retry_one(incident_id: uuid.UUID, reason: str) -> None:
    """Do again what failed.

    Raises:
        IncidentNotFound: It isn't open any more.
        StepFailed: It failed again and stays open.
    """
    product, actor = tuidan(), reader().actor
    with product.transaction() as session:
        retry_incident(product.engine, session, incident_id, actor=actor, reason=reason)
