"""Incidents: what failed, where and why, by what they have in common; and retrying several of them."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from engine.commands.retry_many import retry_later, retry_many
from engine.errors import TuidanError
from engine.failures import StepFailed
from engine.incidents import retry_incident
from engine.queries.incidents import find_incidents, narrowed
from engine.queries.overview import COUNT_LIMIT, running_by_process
from engine.queries.retries import LOOKED_THROUGH, incident_groups, latest_retries, matching
from engine.retries.filters import IncidentFilters
from webapp.context import now, reader, tuidan
from webapp.errors.messages import message_of
from webapp.operator import blueprint
from webapp.operator.answering import reason_given
from webapp.operator.wording import INCIDENT_KINDS
from webapp.parameters import form_text, uuid_or_none
from webapp.security import is_local_address

MOST_AT_ONCE = 100
REASON_MAXIMUM = 500
MESSAGE_MAXIMUM = 200
AGES = {"PT1H": dt.timedelta(hours=1), "P1D": dt.timedelta(days=1), "P7D": dt.timedelta(days=7)}
FILTERS = ("process", "element", "kind", "message", "age")


@blueprint.get("/incidents")
def incidents() -> str:
    """List open incidents with their groups, or those that were resolved."""
    resolved = request.args.get("state") == "resolved"
    after = uuid_or_none(request.args.get("after", ""))
    with tuidan().transaction() as session:
        filters = narrowed(session, filters_of_request(), resolved=resolved)
        return render_template(
            "operator/incidents.html",
            page=find_incidents(session, filters, resolved=resolved, after=after),
            groups=[] if resolved or after else incident_groups(session, filters),
            matching=0 if resolved else matching(session, filters),
            limit=COUNT_LIMIT,
            looked_through=LOOKED_THROUGH,
            latest=latest_retries(session, limit=3),
            processes=running_by_process(session),
            kinds=INCIDENT_KINDS,
            ages=AGES,
            resolved=resolved,
            chosen={name: request.args.get(name, "") for name in FILTERS},
            asked={name: request.args[name] for name in FILTERS if request.args.get(name)},
            first=after is None,
        )


def filters_of_request() -> IncidentFilters:
    """Read the filters, of a link or of a form; what can't be understood is as if it weren't there."""
    kind, age = _text("kind"), AGES.get(_text("age"))
    return IncidentFilters(
        process_id=_text("process") or None,
        element_id=_text("element") or None,
        kind=kind if kind in INCIDENT_KINDS else None,
        message=_text("message") or None,
        occurred_before=now() - age if age else None,
    )


def _text(name: str) -> str:
    return request.values.get(name, "").replace("\x00", "").strip()[:MESSAGE_MAXIMUM]


@blueprint.post("/incidents/retry-all")
def retry_all() -> Response:
    """Let workers retry every incident that matches."""
    product = tuidan()
    with product.transaction() as session:
        filters = filters_of_request()
        batch = retry_many(product.engine, session, filters, reason=reason_given(), actor=reader().actor)
    return redirect(url_for("operator.retries", batch_id=batch.id), code=303)


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
    again: list[uuid.UUID] = []
    for incident_id in wanted:
        try:
            retry_one(incident_id, reason)
            done += 1
        except TuidanError as error:
            failures.append(message_of(error))
            if isinstance(error, StepFailed):
                again.append(incident_id)
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
    if again:
        _retry_later(again, reason)


def _retry_later(failed: list[uuid.UUID], reason: str) -> None:
    """What has just failed again is tried by itself after growing pauses."""
    product = tuidan()
    with product.transaction() as session:
        retry_later(product.engine, session, failed, reason=reason, actor=reader().actor)
    flash(gettext("What failed again is retried by itself, after 1, 5, 30 and 120 minutes."), "info")


def retry_one(incident_id: uuid.UUID, reason: str) -> None:
    """Do again what failed.

    Raises:
        IncidentNotFound: It isn't open any more.
        StepFailed: It failed again and stays open.
    """
    product, actor = tuidan(), reader().actor
    with product.transaction() as session:
        retry_incident(product.engine, session, incident_id, actor=actor, reason=reason)
