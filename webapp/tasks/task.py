"""One task: where it comes from, its form, and doing it; and starting what may be started."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import Kind, TuidanError
from engine.failures import InstanceEnded, InstanceUnreadable
from engine.forms import FormInvalid
from engine.inspecting import loaded
from engine.tables import ActivityChoice, UserTask
from processes.people.roles import Role
from processes.tasks.doing import complete_own, setting_of, start_own
from processes.tasks.errors import BelongsToCase
from webapp.cases.choices import begun_seen
from webapp.cases.forms import Rejected, form_fields, task_form
from webapp.context import reader, tuidan
from webapp.errors.forms import field_messages
from webapp.errors.messages import message_of
from webapp.taskforms import Field, values_from
from webapp.tasks import blueprint
from webapp.tasks.listing import home

CASE_PAGES = {
    Role.BUYER: "buyer.case",
    Role.SELLER: "seller.case",
    Role.AGENT: "platform.case",
    Role.SENIOR: "platform.case",
}


@blueprint.get("/<uuid:task_id>")
def task(task_id: uuid.UUID) -> str | Response:
    """Show a task of the reader's with its form."""
    try:
        return _page(task_id)
    except TuidanError as refusal:
        return _elsewhere(refusal, task_id)


@blueprint.post("/<uuid:task_id>")
def complete(task_id: uuid.UUID) -> Response | tuple[str | Response, int]:
    """Complete a task with what was filled in; sent twice, the second is told that it is done."""
    product, actor = tuidan(), reader().actor
    fields: list[Field] = []
    try:
        with product.transaction() as session:
            waiting = product.engine.get_task(session, task_id, actor)
            fields = form_fields(session, waiting)
            name = waiting.name
            values = values_from(fields, request.form)
            complete_own(session, product.engine, task_id, values=values, actor=actor)
    except FormInvalid as refusal:
        errors = field_messages(refusal, fields)
        rejected = Rejected(task_id=task_id, values=request.form, errors=errors)
        return _page(task_id, rejected), Kind.INVALID.value
    except TuidanError as refusal:
        return _elsewhere(refusal, task_id)
    flash(gettext("Done: %(name)s.", name=name), "good")
    return redirect(home())


@blueprint.post("/offered/<uuid:offered>")
def start(offered: uuid.UUID) -> Response:
    """Start what is offered to the reader, and show the form of the task that waits since then."""
    product, actor = tuidan(), reader().actor
    try:
        with product.transaction() as session:
            choice = session.get(ActivityChoice, offered)
            name = "" if choice is None else choice.name
            tasks = start_own(session, product.engine, offered, begun=begun_seen(), actor=actor)
    except TuidanError as refusal:
        return _elsewhere(refusal)
    flash(gettext("Started: %(name)s.", name=name), "good")
    return redirect(url_for("tasks.task", task_id=tasks[0]) if tasks else home())


def _page(task_id: uuid.UUID, rejected: Rejected | None = None) -> str:
    product = tuidan()
    with product.transaction() as session:
        waiting = product.engine.get_task(session, task_id, reader().actor)
        return render_template(
            "tasks/task.html",
            task=waiting,
            setting=setting_of(session, waiting),
            form=task_form(session, waiting, rejected, known=_known(session, waiting)),
            home=home(),
        )


def _known(session: Session, waiting: UserTask) -> dict[str, Any]:
    """The variables that the task sees: an analyst names those in its form that are to stand there."""
    with contextlib.suppress(InstanceEnded, InstanceUnreadable):
        _, instance = loaded(tuidan().engine, session, waiting.instance_id)
        return instance.task_variables(waiting.element_instance)
    return {}


def _elsewhere(refusal: TuidanError, task_id: uuid.UUID | None = None) -> Response:
    """Go on where the reader can: to the case, or to his list with the reason why it isn't for him any more.

    Raises:
        TuidanError: The same, if it isn't a conflict.
    """
    if isinstance(refusal, BelongsToCase) and reader().role in CASE_PAGES:
        anchor = f"task-{task_id}" if task_id else None
        case_no = refusal.params["case_no"]
        return redirect(url_for(CASE_PAGES[reader().role], case_no=case_no, _anchor=anchor))
    if refusal.kind is not Kind.CONFLICT:
        raise refusal
    flash(message_of(refusal), "warn")
    return redirect(home())
