"""What a shop may start in its cases: activities that nothing waits for until somebody chooses one."""

from __future__ import annotations

import uuid

from flask import request
from werkzeug.wrappers import Response

from engine.tables import ActivityChoice
from engine.values import JSON
from processes.cases.startable import StartableRow, start_in_case, startable, startable_in
from processes.integration.cases import shop_case
from processes.integration.requests import Answer
from processes.integration.tasks import awaited, shop_group
from webapp.api.access import Caller, change, read
from webapp.api.bodies import instant_body
from webapp.api.errors import QueryInvalid
from webapp.api.schemas_cases import ActivityIn
from webapp.context import tuidan

PAGE_SIZE = 50


def get_activities() -> Response:
    """Answer with a page of what the shop may start, what has been offered longest first."""

    def answer(who: Caller) -> dict[str, JSON]:
        after = request.args.get("after") or None
        if after and "\0" in after:
            raise QueryInvalid(name="after", value="")
        page = startable(who.session, who.actor.groups, after=after, limit=PAGE_SIZE)
        return {"activities": [_listed(row) for row in page.rows], "next": page.next}

    return read(answer)


def get_case_activities(case_no: str) -> Response:
    """Answer with what the shop may start in a case."""
    return read(lambda who: _body(who, case_no))


def post_activity(case_no: str, offered: uuid.UUID) -> Response:
    """Start an activity; answers with what the shop may start in the case since then."""

    def perform(who: Caller, body: ActivityIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        start_in_case(who.session, tuidan().engine, case, offered, begun=body.begun, actor=who.actor)
        return Answer(status=200, body=_body(who, case_no))

    return change(ActivityIn, perform)


def _body(who: Caller, case_no: str) -> dict[str, JSON]:
    case, group = shop_case(who.session, who.shop.id, case_no), shop_group(who.shop.id)
    who.session.expire_all()
    choices = startable_in(who.session, [case_no]).get(case_no, [])
    return {
        "case_no": case_no,
        "activities": [_activity(choice) for choice in choices if choice.candidate_group == group],
        "tasks": [
            {"task": element, "due": instant_body(due)} for element, due in awaited(who.session, case, group)
        ],
    }


def _listed(row: StartableRow) -> dict[str, JSON]:
    choice = _activity(row.choice)
    return choice if row.case is not None else choice | {"case_no": None, "process": row.process}


def _activity(choice: ActivityChoice) -> dict[str, JSON]:
    return {
        "id": str(choice.id),
        "case_no": choice.business_key,
        "business_key": choice.business_key,
        "process": None,
        "activity": choice.element_id,
        "name": choice.name,
        "begun": choice.begun,
        "offered_at": instant_body(choice.offered_at),
    }
