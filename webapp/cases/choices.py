"""What may be started in a case: ad-hoc activities that nothing waits for, until somebody chooses one."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import Kind, TuidanError
from engine.tables import ActivityChoice
from processes.cases.access import visible_case
from processes.cases.startable import StartablePage, start_in_case, startable, startable_beside_cases
from processes.cases.views import CaseView
from processes.cases.walking import PAGE_SIZE
from webapp.cases.waiting import party_of
from webapp.context import reader, tuidan
from webapp.errors.messages import message_of
from webapp.parameters import form_text

SHOWN_BESIDE = 5
"""So many stand below the tasks that wait; a page of their own has all."""


def startable_page(session: Session, *, search: str = "", after: str | None = None) -> StartablePage:
    """Return a page of what the reader may start."""
    return startable(session, reader().actor.groups, search=search, after=after)


def startable_beside(session: Session) -> StartablePage:
    """Return the first of what the reader may start, to be shown below what waits for him."""
    return startable(session, reader().actor.groups, limit=SHOWN_BESIDE)


def startable_own(session: Session, *, after: str | None = None, limit: int = PAGE_SIZE) -> StartablePage:
    """Return a page of what the reader may start on no case's page."""
    return startable_beside_cases(session, reader().actor.groups, after=after, limit=limit)


def begun_seen() -> int | None:
    """How often what is to be started had been started when the reader saw it."""
    begun = form_text("begun")
    return int(begun) if begun.isascii() and begun.isdigit() and len(begun) < 19 else None


def offered_to_others(view: CaseView) -> list[tuple[str, list[str]]]:
    """What others than the reader may start in a case: each party, and the names."""
    mine = {choice.id for choice in view.my_choices}
    offered: dict[str, list[str]] = {}
    for choice in view.choices:
        if choice.id not in mine:
            offered.setdefault(party_of(choice.candidate_group), []).append(choice.name)
    return list(offered.items())


def start_activity(case_no: str, offered: uuid.UUID, *, endpoint: str) -> Response:
    """Start an activity of a case, and show the form of the task that waits since then.

    Who comes too late is told by whom it was started, on the case's page, which shows how it goes on.

    Args:
        case_no: A case that the reader may see.
        offered: The id of the activity's choice.
        endpoint: The page of the case.

    Raises:
        CaseNotFound: There is none, or the reader may not see it.
        ChoiceNotFound: Nothing of that id is offered to him in it.
    """
    product, actor = tuidan(), reader().actor
    try:
        with product.transaction() as session:
            case = visible_case(session, case_no, actor)
            choice = session.get(ActivityChoice, offered)
            name = "" if choice is None else choice.name
            tasks = start_in_case(
                session,
                product.engine,
                case,
                offered,
                begun=begun_seen(),
                actor=actor,
            )
    except TuidanError as refusal:
        if refusal.kind is not Kind.CONFLICT:
            raise
        flash(message_of(refusal), "warn")
        return redirect(url_for(endpoint, case_no=case_no))
    flash(gettext("Started: %(name)s.", name=name), "good")
    return redirect(url_for(endpoint, case_no=case_no, _anchor=f"task-{tasks[0]}" if tasks else None))
