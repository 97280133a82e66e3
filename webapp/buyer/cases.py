"""我的取消申请: the list of a buyer's cases, one case, and what he can do in it."""

from __future__ import annotations

import uuid
from typing import Any, Literal, cast

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from processes.cases.commands import withdraw
from processes.cases.lists import buyer_cases
from processes.cases.views import CaseView
from processes.conversation.reading import unread_counts
from processes.ratings.reading import unrated
from processes.returns.correcting import correct_return
from processes.returns.sending import send_again
from processes.shipping.queries import shipments_of
from webapp.buyer import blueprint
from webapp.cases.choices import SHOWN_BESIDE, start_activity, startable_own
from webapp.cases.page import complete, render_case
from webapp.context import now, reader, tuidan
from webapp.parameters import choice, form_text, search_words
from webapp.tasks.listing import first_tasks

SHOWN = ("open", "closed")
TEMPLATE = "buyer/case.html"
NUMBER_MAXIMUM = 40


@blueprint.get("/cases")
def cases() -> str:
    """List the buyer's cases."""
    show, search = choice("show", SHOWN), search_words()
    person = reader()
    with tuidan().transaction() as session:
        page = buyer_cases(
            session,
            person.account_id,
            show=cast("Literal['all', 'open', 'closed']", show or "all"),
            search=search,
            after=request.args.get("after"),
        )
        group = f"buyer:{person.account_id}"
        first_page = not (show or search or request.args.get("after"))
        unread = unread_counts(session, [row.case.case_no for row in page.rows], "buyer")
        return render_template(
            "buyer/cases.html",
            page=page,
            unread=unread,
            to_rate=unrated(session, [row.case for row in page.rows], now()),
            show=show,
            search=search,
            group=group,
            beside=_beside(session) if first_page else None,
        )


@blueprint.get("/cases/<case_no>")
def case(case_no: str) -> str:
    """Show one case."""
    return render_case(TEMPLATE, case_no, more=_more)


@blueprint.post("/cases/<case_no>/tasks/<uuid:task_id>")
def complete_task(case_no: str, task_id: uuid.UUID) -> Response | tuple[str, int]:
    """Complete a task of the buyer's."""
    return complete(case_no, task_id, endpoint="buyer.case", template=TEMPLATE, more=_more)


@blueprint.post("/cases/<case_no>/activities/<uuid:offered>")
def start(case_no: str, offered: uuid.UUID) -> Response:
    """Start an activity that is offered to the buyer."""
    return start_activity(case_no, offered, endpoint="buyer.case")


@blueprint.post("/cases/<case_no>/withdraw")
def withdraw_case(case_no: str) -> Response:
    """Withdraw the request."""
    product = tuidan()
    with product.transaction() as session:
        withdraw(session, product.engine, case_no, reader().actor, now())
    flash(gettext("Your request is withdrawn. The order goes on as before."), "good")
    return redirect(url_for("buyer.case", case_no=case_no))


@blueprint.post("/cases/<case_no>/return/correction")
def correct_parcel(case_no: str) -> Response:
    """Correct carrier and number of the parcel that goes back."""
    with tuidan().transaction() as session:
        correct_return(
            session,
            case_no,
            carrier=form_text("carrier")[:NUMBER_MAXIMUM],
            tracking_no=form_text("tracking_no")[:NUMBER_MAXIMUM],
            actor=reader().actor,
            now=now(),
        )
    flash(gettext("Carrier and number are corrected."), "good")
    return redirect(url_for("buyer.case", case_no=case_no))


@blueprint.post("/cases/<case_no>/return/again")
def return_again(case_no: str) -> Response:
    """Send the right goods after a rejection."""
    product = tuidan()
    with product.transaction() as session:
        send_again(session, product.engine, case_no, actor=reader().actor)
    flash(gettext("Please send the goods that were not accepted, and give the new number."), "good")
    return redirect(url_for("buyer.case", case_no=case_no))


def _beside(session: Session) -> dict[str, Any]:
    """What else waits for the buyer, in processes that run for no case."""
    return {"tasks": first_tasks(session), "offered": startable_own(session, limit=SHOWN_BESIDE)}


def _more(session: Session, view: CaseView) -> dict[str, Any]:
    return {"shipments": shipments_of(session, view.order.id)}
