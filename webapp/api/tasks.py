"""What waits for a shop, in cases and beside them, and doing what belongs to no case."""

from __future__ import annotations

import json
import uuid

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.tables import UserTask
from engine.values import JSON
from processes.cases.inbox import InboxRow, seller_inbox
from processes.integration.requests import Answer
from processes.tasks.doing import complete_own, setting_of, start_own
from webapp.api.access import Caller, change, read
from webapp.api.bodies import instant_body
from webapp.api.errors import QueryInvalid
from webapp.api.schemas_cases import ActivityIn, TaskIn
from webapp.context import now, tuidan

PAGE_SIZE = 50


def get_tasks() -> Response:
    """Answer with a page of what waits for the shop, the nearest deadline first."""

    def answer(who: Caller) -> dict[str, JSON]:
        after = request.args.get("after") or None
        if after and "\0" in after:
            raise QueryInvalid(name="after", value="")
        page = seller_inbox(who.session, who.actor.groups, now=now(), after=after, limit=PAGE_SIZE)
        return {"tasks": [_row(row) for row in page.rows], "next": page.next}

    return read(answer)


def get_task(task_id: uuid.UUID) -> Response:
    """Answer with a task that belongs to no case, and its form."""
    return read(lambda who: _task(who.session, tuidan().engine.get_task(who.session, task_id, who.actor)))


def post_task(task_id: uuid.UUID) -> Response:
    """Complete a task that belongs to no case, with the values of its form."""

    def perform(who: Caller, body: TaskIn) -> Answer:
        complete_own(who.session, tuidan().engine, task_id, values=body.values, actor=who.actor)
        return Answer(status=200, body={"id": str(task_id), "completed": True})

    return change(TaskIn, perform)


def post_own_activity(offered: uuid.UUID) -> Response:
    """Start an activity that belongs to no case; answers with the tasks that wait for the shop since then."""

    def perform(who: Caller, body: ActivityIn) -> Answer:
        tasks = start_own(who.session, tuidan().engine, offered, begun=body.begun, actor=who.actor)
        return Answer(status=200, body={"id": str(offered), "tasks": [str(task) for task in tasks]})

    return change(ActivityIn, perform)


def _row(row: InboxRow) -> dict[str, JSON]:
    return {
        **_body(row.task),
        "process": row.process or None,
        "case_no": None if row.case is None else row.case.case_no,
    }


def _task(session: Session, task: UserTask) -> dict[str, JSON]:
    setting = setting_of(session, task)
    form = tuidan().engine.task_form(session, task)
    return {
        **_body(task),
        "process": setting.process,
        "case_no": None,
        "form": None if form is None else json.loads(form),
    }


def _body(task: UserTask) -> dict[str, JSON]:
    return {
        "id": str(task.id),
        "task": task.element_id,
        "name": task.name,
        "business_key": task.business_key,
        "since": instant_body(task.created_at),
        "due": instant_body(task.due_at),
    }
