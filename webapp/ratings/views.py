"""What the buttons of a rating do, and the lists of ratings for a shop and for the platform."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from processes.cases.tables import CancellationCase
from processes.people.roles import Role
from processes.ratings.rating import answer_rating, hide_rating, rate
from processes.ratings.reading import rating_of, ratings
from processes.ratings.rules import STARS, TEXT_MAXIMUM, asks_for_rating, can_change
from webapp.auth.roles import roles_required
from webapp.context import now, reader, tuidan
from webapp.parameters import form_text
from webapp.people.notifications import CASE_PAGES
from webapp.ratings import blueprint


@blueprint.get("/")
@roles_required(Role.SELLER, Role.AGENT, Role.SENIOR)
def index() -> str:
    """List the ratings of the reader's shops; the platform's agents see everybody's."""
    person = reader()
    shop_ids = person.shop_ids if person.role is Role.SELLER else None
    with tuidan().transaction() as session:
        page = ratings(session, shop_ids=shop_ids, after=request.args.get("after"))
        return render_template("ratings/index.html", page=page, case_endpoint=CASE_PAGES[person.role])


@blueprint.post("/<case_no>")
@roles_required(Role.BUYER)
def give(case_no: str) -> Response:
    """Rate a case, or change the rating."""
    stars = form_text("stars")
    with tuidan().transaction() as session:
        rate(
            session,
            case_no,
            stars=int(stars) if stars.isascii() and stars.isdigit() and len(stars) == 1 else 0,
            text=form_text("text"),
            actor=reader().actor,
            now=now(),
        )
    flash(gettext("Thank you. The shop and the platform can read your rating."), "good")
    return _back(case_no)


@blueprint.post("/<case_no>/answer")
@roles_required(Role.SELLER)
def answer(case_no: str) -> Response:
    """Answer a rating on behalf of the shop."""
    with tuidan().transaction() as session:
        answer_rating(session, case_no, text=form_text("answer"), actor=reader().actor, now=now())
    flash(gettext("Your answer stands under the rating."), "good")
    return _back(case_no)


@blueprint.post("/<case_no>/hide")
@roles_required(Role.AGENT, Role.SENIOR)
def hide(case_no: str) -> Response:
    """Hide a rating that must not stand."""
    with tuidan().transaction() as session:
        hide_rating(session, case_no, reason=form_text("reason"), actor=reader().actor, now=now())
    flash(gettext("The rating is hidden, and it doesn't count any more."), "good")
    return _back(case_no)


def rating_parts(session: Session, case: CancellationCase) -> dict[str, object]:
    """What a case's page shows of its rating, and what its reader can do with it."""
    person, instant = reader(), now()
    rating = rating_of(session, case.case_no)
    buyer = person.actor.may_act_for(f"buyer:{case.buyer_id}")
    return {
        "rating": rating,
        "stars": tuple(reversed(STARS)),
        "rating_maximum": TEXT_MAXIMUM,
        "may_rate": buyer
        and (
            asks_for_rating(case.outcome, case.closed_at, instant)
            if rating is None
            else rating.hidden_at is None and can_change(rating.rated_at, rating.answered_at, instant)
        ),
        "may_answer_rating": rating is not None
        and rating.answered_at is None
        and rating.hidden_at is None
        and person.actor.may_act_for(f"shop:{case.shop_id}"),
        "may_hide_rating": rating is not None
        and rating.hidden_at is None
        and person.role in {Role.AGENT, Role.SENIOR},
    }


def _back(case_no: str) -> Response:
    return redirect(url_for(CASE_PAGES[reader().role], case_no=case_no, _anchor="rating"))
