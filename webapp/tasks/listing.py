"""待办: what waits for somebody beside cases. Sellers and agents have it in their one list."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from processes.cases.inbox import InboxPage, tasks_beside_cases
from processes.people.roles import Role
from webapp.cases.choices import SHOWN_BESIDE, startable_own
from webapp.context import now, reader, tuidan
from webapp.tasks import blueprint

LISTS = {
    Role.SELLER: "seller.inbox",
    Role.AGENT: "platform.queue",
    Role.SENIOR: "platform.queue",
}
"""Where those look for their tasks who have most of them in cases."""


@blueprint.get("/")
def index() -> str | Response:
    """List the reader's tasks, the nearest deadline first, and what he may start."""
    if reader().role in LISTS:
        return redirect(url_for(LISTS[reader().role]))
    offers = request.args.get("show") == "startable"
    after = request.args.get("after")
    with tuidan().transaction() as session:
        return render_template(
            "tasks/index.html",
            page=own_tasks(session, after=None if offers else after),
            offered=startable_own(session, after=after) if offers else startable_own(session),
            offers=offers,
        )


def own_tasks(session: Session, *, after: str | None = None) -> InboxPage:
    """Return a page of the reader's tasks beside cases."""
    return tasks_beside_cases(session, reader().actor.groups, now=now(), after=after)


def first_tasks(session: Session) -> InboxPage:
    """Return the first of them, to be shown beside a list of cases."""
    return tasks_beside_cases(session, reader().actor.groups, now=now(), limit=SHOWN_BESIDE)


def home() -> str:
    """The address of the list that the reader comes from, and goes back to."""
    role = reader().role
    return url_for("buyer.cases" if role is Role.BUYER else LISTS.get(role, "tasks.index"))
