"""待处理取消: what waits for the shop, the nearest deadline first, and what it has decided."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from flask import render_template, request

from processes.cases.inbox import InboxFilters, seller_inbox
from processes.cases.lists import shop_cases
from processes.cases.reasons import REASONS, REFUSALS
from processes.cases.rules import Flow
from processes.conversation.reading import unread_counts
from webapp.cases.choices import startable_beside, startable_page
from webapp.context import now, reader, tuidan
from webapp.parameters import choice, search_words
from webapp.seller import blueprint

STARTABLE = "startable"
DUE = ("soon", "overdue", STARTABLE)
SOON = dt.timedelta(days=1)
ELEMENTS = (
    "task_review_request",
    "task_confirm_return",
    "task_report_interception",
    "task_seller_statement",
    "task_send_exchange",
    "task_send_refused",
)
FLOWS = tuple(str(flow) for flow in Flow)


@blueprint.get("/")
@blueprint.get("/cases")
def inbox() -> str:
    """Show what waits."""
    return render_inbox()


def render_inbox(
    *, chosen: Collection[uuid.UUID] = (), entered: Mapping[str, str] | None = None, error: str = ""
) -> str:
    """Draw the inbox as the address's parameters narrow it.

    Args:
        chosen: Tasks that stay ticked.
        entered: What was filled in for all of them.
        error: Why a decision for several was not taken.
    """
    filters, due = inbox_filters()
    after = request.args.get("after")
    with tuidan().transaction() as session:
        if due == STARTABLE:
            offered, after = startable_page(session, search=filters.search, after=after), None
        else:
            offered = startable_beside(session)
        page = seller_inbox(session, reader().actor.groups, filters, now=now(), after=after)
        return render_template(
            "seller/inbox.html",
            page=page,
            offered=offered,
            unread=unread_counts(session, [row.task.business_key for row in page.rows], "seller"),
            filters=filters,
            due=due,
            chosen=chosen,
            entered=entered or {},
            error=error,
            reasons=REASONS,
            refusals=REFUSALS,
            flows=FLOWS,
            elements=ELEMENTS,
            query=query_of(filters, due),
        )


@blueprint.get("/decided")
def decided() -> str:
    """List the shop's cases that were decided, the latest first."""
    search = search_words()
    with tuidan().transaction() as session:
        page = shop_cases(
            session, reader().shop_ids, show="decided", search=search, after=request.args.get("after")
        )
        unread = unread_counts(session, [row.case.case_no for row in page.rows], "seller")
        return render_template("seller/decided.html", page=page, unread=unread, search=search)


def inbox_filters() -> tuple[InboxFilters, str]:
    """What the address's parameters narrow the inbox to, and the tab that they open."""
    due = choice("due", DUE)
    filters = InboxFilters(
        search=search_words(),
        flow=choice("flow", FLOWS),
        reason=choice("reason", REASONS),
        element=choice("element", ELEMENTS),
        overdue=due == "overdue",
        due_within=SOON if due == "soon" else None,
    )
    return filters, due


def query_of(filters: InboxFilters, due: str) -> dict[str, Any]:
    """The parameters of the address that are not at their defaults."""
    given = {
        "search": filters.search,
        "flow": filters.flow,
        "reason": filters.reason,
        "element": filters.element,
        "due": due,
    }
    return {name: value for name, value in given.items() if value}
