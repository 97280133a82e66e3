"""One process instance: its diagrams with their tokens, what it waits for, data and history."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Literal

from babel.dates import format_timedelta
from flask import Response, jsonify, render_template, request
from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session

from engine.inspecting import InstanceState, inspect_choices, inspect_state, stored_state
from engine.queries.definitions import FileUnknown, deployment_files
from engine.queries.files import Drawing, drawings
from engine.queries.incidents import incidents_of
from engine.queries.instance_view import InstanceView, history_of, instance_view
from engine.queries.instances import InstanceFilters, find_instances
from engine.spiff.choices import WaitingAdHoc
from webapp.context import now, tuidan
from webapp.formatting import full_instant, remaining
from webapp.operator import blueprint
from webapp.operator.groups import names_of_groups
from webapp.operator.incident import skips_of

KIN_LIMIT = 10
ELEMENT_HISTORY = 8


@blueprint.get("/instances/<uuid:instance_id>")
def instance(instance_id: uuid.UUID) -> str:
    """Show an instance; ``?part=waiting`` is what the page fetches again."""
    part = request.args.get("part", "")
    with tuidan().transaction() as session:
        view = instance_view(session, instance_id)
        incidents = incidents_of(session, instance_id)
        choices = inspect_choices(tuidan().engine, session, instance_id)
        found = {
            "view": view,
            "incidents": incidents,
            "skips": skips_of(session, incidents),
            "groups": _groups(session, view, choices),
            "choices": choices,
        }
        if part == "waiting":
            return render_template("operator/parts/waiting.html", **found)
        state = inspect_state(tuidan().engine, session, instance_id)
        shown = reached(drawings(deployment_files(session, view.definition.deployment_id)), view, state)
        key = InstanceFilters(business_key=view.instance.business_key)
        kin = find_instances(session, key, limit=KIN_LIMIT).rows
        return render_template(
            "operator/instance.html",
            **found,
            state=state,
            drawings=shown,
            diagram=_chosen(shown, view, state),
            kin=[row for row in kin if row.id != instance_id],
            history=history_of(session, instance_id, before=_before()),
        )


@blueprint.get("/instances/<uuid:instance_id>/state")
def instance_state(instance_id: uuid.UUID) -> Response:
    """The state as it is stored, to be looked into where no page can show it."""
    with tuidan().transaction() as session:
        state = stored_state(session, instance_id)
    answer = Response(state, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{instance_id}.json"'
    return answer


@blueprint.get("/instances/<uuid:instance_id>/history")
def instance_history(instance_id: uuid.UUID) -> str:
    """A page of the instance's history, older than ``?before=``."""
    with tuidan().transaction() as session:
        view = instance_view(session, instance_id)
        history = history_of(session, instance_id, before=_before())
        return render_template("operator/parts/history.html", view=view, history=history)


@blueprint.get("/instances/<uuid:instance_id>/diagrams/<process_id>.bpmn")
def instance_diagram(instance_id: uuid.UUID, process_id: str) -> Response:
    """The XML of a diagram, in the version that the instance runs on."""
    with tuidan().transaction() as session:
        view = instance_view(session, instance_id)
        files = deployment_files(session, view.definition.deployment_id)
    drawing = drawings(files).get(process_id)
    if drawing is None:
        raise FileUnknown
    return Response(files[drawing.file], mimetype="application/xml")


@blueprint.get("/instances/<uuid:instance_id>/diagrams/<process_id>.json")
def instance_marks(instance_id: uuid.UUID, process_id: str) -> Response:
    """What to mark on a diagram: the way taken, tokens, timers and incidents."""
    with tuidan().transaction() as session:
        view = instance_view(session, instance_id)
        files = deployment_files(session, view.definition.deployment_id)
        drawing = drawings(files).get(process_id)
        if drawing is None:
            raise FileUnknown
        state = inspect_state(tuidan().engine, session, instance_id)
        incidents = [item for item in incidents_of(session, instance_id) if item.resolved_at is None]
    elements = [item for item in state.elements if item.process_id in drawing.scopes]
    here = gettext("It is here now")
    tokens = [
        {
            "element": item.element_id,
            "kind": "token",
            "text": str(item.active),
            "title": here,
        }
        for item in elements
        if item.active
    ]
    # A timer's row names its element alone; one of another diagram is simply not found there.
    timers = [
        {
            "element": timer.element_id,
            "kind": "timer",
            "text": short_span(timer.due_at - now()),
            "title": f"{remaining(timer.due_at)} · {full_instant(timer.due_at)}",
        }
        for timer in view.timers
    ]
    failures = [
        {"element": item.element_id, "kind": "incident", "text": "!", "title": item.message}
        for item in incidents
        if item.element_id
    ]
    return jsonify(
        done=[item.element_id for item in elements if item.completed],
        active=[item.element_id for item in elements if item.active],
        flows=[[source, target] for scope, source, target in sorted(state.flows) if scope in drawing.scopes],
        badges=tokens + timers + failures,
        focus=[item["element"] for item in failures] or [task.element_id for task in view.user_tasks],
        ended=view.instance.status != "running",
    )


def short_span(left: dt.timedelta) -> str:
    """A length of time in its largest unit, to fit on a diagram."""
    seconds = max(int(left.total_seconds()), 0)
    units: tuple[tuple[Literal["day", "hour", "minute"], int], ...]
    units = (("day", 86400), ("hour", 3600), ("minute", 60))
    for unit, size in units:
        if seconds >= size:
            delta = dt.timedelta(seconds=seconds // size * size)
            locale = get_locale()
            return format_timedelta(delta, granularity=unit, threshold=1000, format="narrow", locale=locale)
    return "0"


@blueprint.get("/instances/<uuid:instance_id>/element")
def instance_element(instance_id: uuid.UUID) -> str:
    """What happened, waits and failed at one element of the diagram."""
    element_id = request.args.get("element", "").replace("\x00", "")
    with tuidan().transaction() as session:
        view = instance_view(session, instance_id)
        return render_template(
            "operator/parts/element.html",
            element_id=element_id,
            element_name=request.args.get("name", "")[:200] or element_id,
            documentation=request.args.get("documentation", "")[:2000],
            view=view,
            groups=_groups(session, view),
            tasks=_at(view.user_tasks, element_id),
            timers=_at(view.timers, element_id),
            messages=_at(view.messages, element_id),
            events=_at(view.events, element_id),
            jobs=_at(view.jobs, element_id),
            incidents=_at(incidents_of(session, instance_id), element_id),
            history=history_of(session, instance_id, element_id=element_id, limit=ELEMENT_HISTORY),
            called=_called(session, view, request.args.get("called", "")),
        )


def _groups(session: Session, view: InstanceView, choices: Iterable[WaitingAdHoc] = ()) -> dict[str, str]:
    of_tasks = {task.candidate_group for task in view.user_tasks}
    of_choices = {activity.candidate_group for place in choices for activity in place.activities}
    return names_of_groups(session, of_tasks | of_choices)


def _called(session: Session, view: InstanceView, process_id: str) -> Drawing | None:
    if not process_id:
        return None
    return drawings(deployment_files(session, view.definition.deployment_id)).get(process_id)


def _at(rows: Iterable[object], element_id: str) -> list[object]:
    return [row for row in rows if getattr(row, "element_id", None) == element_id]


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def reached(known: dict[str, Drawing], view: InstanceView, state: InstanceState) -> list[Drawing]:
    """The instance's own diagram first, then those of processes that it has called."""
    scopes = {item.process_id for item in state.elements}
    own = view.instance.process_id
    return [
        drawing
        for drawing in sorted(known.values(), key=lambda item: (item.process_id != own, item.name))
        if drawing.process_id == own or drawing.scopes & scopes
    ]


def _chosen(shown: list[Drawing], view: InstanceView, state: InstanceState) -> Drawing:
    """The diagram that is asked for; otherwise the one where something fails or waits for people."""
    asked = request.args.get("diagram", "")
    failing = {item.process_id for item in state.elements if item.incidents}
    waiting = {task.process_id for task in view.user_tasks}
    for wanted in ({asked}, failing, waiting):
        for drawing in shown:
            if drawing.scopes & wanted:
                return drawing
    return shown[0]
