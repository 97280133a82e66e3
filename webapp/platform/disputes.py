"""平台介入: the queue of disputes, and one case with both sides' words."""

from __future__ import annotations

import uuid
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from processes.cases.history import buyer_history
from processes.cases.inbox import InboxFilters, platform_queue
from processes.cases.views import CaseView
from processes.conversation.reading import unread_counts
from processes.disputes.appealing import appeals_for_others
from processes.orders.queries import order_view
from processes.shipping.queries import shipments_of
from webapp.cases.choices import start_activity, startable_beside, startable_page
from webapp.cases.page import complete, render_case
from webapp.context import now, reader, tuidan
from webapp.parameters import choice, search_words
from webapp.platform import blueprint

TEMPLATE = "platform/case.html"
OVERDUE, STARTABLE = "overdue", "startable"

# By what an agent is to do; the user task of each.
ELEMENTS = {
    "first": "task_rule",
    "senior": "task_rule_senior",
    "appeal": "task_rule_appeal",
    "appeal_late": "task_rule_appeal_late",
    "parcel": "task_rule_parcel",
}
STAGES = (*ELEMENTS, OVERDUE)
SHOWN = (*STAGES, STARTABLE)


@blueprint.get("/")
def queue() -> str:
    """Show the disputes that wait for a ruling."""
    search, stage, after = search_words(), choice("stage", SHOWN), request.args.get("after")
    with tuidan().transaction() as session:
        if stage == STARTABLE:
            offered, after = startable_page(session, search=search, after=after), None
        else:
            offered = startable_beside(session)
        page = platform_queue(
            session,
            reader().actor.groups,
            InboxFilters(search=search, overdue=stage == OVERDUE, element=ELEMENTS.get(stage, "")),
            now=now(),
            after=after,
        )
        unread = unread_counts(session, [row.task.business_key for row in page.rows], "platform")
        return render_template(
            "platform/queue.html",
            page=page,
            offered=offered,
            unread=unread,
            for_others=appeals_for_others(session, (row.task for row in page.rows), reader().actor),
            search=search,
            stage=stage,
            stages=STAGES,
        )


@blueprint.get("/cases/<case_no>")
def case(case_no: str) -> str:
    """Show one case."""
    return render_case(TEMPLATE, case_no, more=_more)


@blueprint.post("/cases/<case_no>/tasks/<uuid:task_id>")
def complete_task(case_no: str, task_id: uuid.UUID) -> Response | tuple[str, int]:
    """Rule on the dispute."""
    return complete(case_no, task_id, endpoint="platform.case", template=TEMPLATE, more=_more)


@blueprint.post("/cases/<case_no>/activities/<uuid:offered>")
def start(case_no: str, offered: uuid.UUID) -> Response:
    """Start an activity that is offered to the platform."""
    return start_activity(case_no, offered, endpoint="platform.case")


@blueprint.get("/orders/<order_no>")
def order(order_no: str) -> str:
    """Show the order that a case is about."""
    with tuidan().transaction() as session:
        one = order_view(session, order_no, reader().actor)
        return render_template("platform/order.html", order=one, shipments=shipments_of(session, one.id))


def _more(session: Session, view: CaseView) -> dict[str, Any]:
    return {
        "history": buyer_history(session, view.case.buyer_id),
        "shipments": shipments_of(session, view.order.id),
    }
