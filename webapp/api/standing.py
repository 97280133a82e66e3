"""How a shop stands: its ratings, with its answers to them, and its record."""

from __future__ import annotations

import datetime as dt

from flask import request
from werkzeug.wrappers import Response

from engine.values import JSON
from processes.cases.tables import CancellationCase
from processes.integration.cases import shop_case
from processes.integration.requests import Answer
from processes.ratings.errors import RatingNotFound
from processes.ratings.rating import answer_rating
from processes.ratings.reading import rating_of, ratings
from processes.ratings.tables import CaseRating
from processes.record.reading import record_of
from processes.record.rules import WINDOWS, Counts, Figures
from webapp.api.access import Caller, change, read
from webapp.api.bodies import instant_body
from webapp.api.errors import QueryInvalid
from webapp.api.schemas_cases import RatingAnswerIn
from webapp.context import now


def get_ratings() -> Response:
    """Answer with a page of the shop's ratings, the latest first."""

    def answer(who: Caller) -> dict[str, JSON]:
        after = request.args.get("after") or None
        if after and "\0" in after:
            raise QueryInvalid(name="after", value="")
        page = ratings(who.session, shop_ids=[who.shop.id], after=after)
        return {"ratings": [_rating(one) for one in page.ratings], "next": page.next}

    return read(answer)


def get_rating(case_no: str) -> Response:
    """Answer with the rating of a case."""

    def answer(who: Caller) -> dict[str, JSON]:
        return _rating(_found(who, shop_case(who.session, who.shop.id, case_no)))

    return read(answer)


def post_rating_answer(case_no: str) -> Response:
    """Answer a rating, once; answers with the rating."""

    def perform(who: Caller, body: RatingAnswerIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        rating = answer_rating(who.session, case.case_no, text=body.text, actor=who.actor, now=now())
        return Answer(status=200, body=_rating(rating))

    return change(RatingAnswerIn, perform)


def get_record() -> Response:
    """Answer with the shop's record over the latest days, and week by week."""
    known = [str(days) for days in WINDOWS]
    days = request.args.get("days") or known[0]
    if days not in known:
        raise QueryInvalid(name="days", value=days[:80], known=known)

    def answer(who: Caller) -> dict[str, JSON]:
        record = record_of(who.session, who.shop, int(days), now())
        return {
            "since": record.since.isoformat(),
            "counted_at": instant_body(record.counted_at),
            **_figures(record.counts, record.figures),
            "weeks": [
                {
                    "first": week.first.isoformat(),
                    "last": week.last.isoformat(),
                    **_figures(week.counts, week.figures),
                }
                for week in record.trend
            ],
        }

    return read(answer)


def _found(who: Caller, case: CancellationCase) -> CaseRating:
    rating = rating_of(who.session, case.case_no)
    if rating is None:
        raise RatingNotFound
    return rating


def _rating(rating: CaseRating) -> dict[str, JSON]:
    """A rating; words that the platform hid aren't handed out."""
    hidden = rating.hidden_at is not None
    return {
        "case_no": rating.case_no,
        "stars": rating.stars,
        "text": "" if hidden else rating.text,
        "hidden": hidden,
        "rated_at": instant_body(rating.rated_at),
        "changed_at": instant_body(rating.changed_at),
        "answer": rating.answer,
        "answered_at": instant_body(rating.answered_at),
    }


def _figures(counts: Counts, figures: Figures) -> dict[str, JSON]:
    return {
        "answered": counts.answered,
        "closed": counts.closed,
        "ratings": counts.ratings,
        "refunded": dict(counts.refunded),
        "median_seconds": _seconds(figures.median),
        "slowest_tenth_seconds": _seconds(figures.slowest_tenth),
        "approval_per_mille": figures.approval,
        "overrun_per_mille": figures.overrun,
        "fault_per_mille": figures.fault,
        "rating_hundredths": figures.rating,
    }


def _seconds(length: dt.timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
