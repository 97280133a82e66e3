"""Rating how a case was handled, answering a rating, and hiding one that must not stand."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.values import JSON
from processes.cases.access import visible_case
from processes.cases.errors import CaseNotFound
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.disputes.access import PLATFORM
from processes.notifications.sending import notify
from processes.ratings.errors import (
    RatingAnswered,
    RatingFinal,
    RatingHidden,
    RatingNotAsked,
    RatingNotFound,
    RatingTextTooLong,
    RatingWordsMissing,
    StarsInvalid,
)
from processes.ratings.rules import STARS, TEXT_MAXIMUM, asks_for_rating, can_change
from processes.ratings.tables import CaseRating


def rate(
    session: Session, case_no: str, *, stars: int, text: str, actor: Actor, now: dt.datetime
) -> CaseRating:
    """Rate a case, or change the rating; the same again changes nothing.

    Args:
        session: The caller's transaction.
        case_no: Which case.
        stars: From 1 to 5.
        text: What the buyer says to it; may be empty.
        actor: The buyer.
        now: When.

    Raises:
        CaseNotFound: There is none, or it isn't the actor's as a buyer.
        StarsInvalid: No such number of stars.
        RatingTextTooLong: More than ``TEXT_MAXIMUM`` characters.
        RatingNotAsked: The case is open, nobody handled it, or it ended too long ago.
        RatingFinal: The time for changing it is over, or the shop has answered.
        RatingHidden: The platform hid it.
    """
    case = visible_case(session, case_no, actor)
    if not actor.may_act_for(f"buyer:{case.buyer_id}"):
        raise CaseNotFound
    if stars not in STARS:
        raise StarsInvalid
    words = _checked(text)
    if asks_for_rating(case.outcome, case.closed_at, now):
        written = session.execute(
            postgresql.insert(CaseRating)
            .values(
                case_no=case_no,
                shop_id=case.shop_id,
                buyer_id=case.buyer_id,
                stars=stars,
                text=words,
                rated_at=now,
            )
            .on_conflict_do_nothing()
            .returning(CaseRating.case_no)
        ).first()
        if written is not None:
            _record(session, case, "rating_given", actor, now, stars=stars)
            _tell(session, case, "seller", "rating_given", now, stars=stars)
    rating = _locked(session, case_no)
    if rating is None:
        raise RatingNotAsked
    if (rating.stars, rating.text) == (stars, words):
        return rating
    if rating.hidden_at is not None:
        raise RatingHidden(at=rating.hidden_at.isoformat())
    if not can_change(rating.rated_at, rating.answered_at, now):
        raise RatingFinal
    _record(session, case, "rating_changed", actor, now, stars=stars, before=rating.stars)
    rating.stars, rating.text, rating.changed_at = stars, words, now
    session.flush()
    return rating


def answer_rating(session: Session, case_no: str, *, text: str, actor: Actor, now: dt.datetime) -> CaseRating:
    """Answer a rating on behalf of the shop, once; the same answer again changes nothing.

    Raises:
        CaseNotFound: There is none, or it isn't of the actor's shop.
        RatingNotFound: Nobody has rated it.
        RatingWordsMissing: The answer is empty.
        RatingTextTooLong: More than ``TEXT_MAXIMUM`` characters.
        RatingAnswered: The shop has answered already.
        RatingHidden: The platform hid the rating.
    """
    case = visible_case(session, case_no, actor)
    if not actor.may_act_for(f"shop:{case.shop_id}"):
        raise CaseNotFound
    words = _checked(text)
    if not words:
        raise RatingWordsMissing
    rating = _found(session, case_no)
    if rating.hidden_at is not None:
        raise RatingHidden(at=rating.hidden_at.isoformat())
    if rating.answered_at is not None:
        if rating.answer == words:
            return rating
        raise RatingAnswered(by=rating.answered_by_name, at=rating.answered_at.isoformat())
    rating.answer, rating.answered_at = words, now
    rating.answered_by, rating.answered_by_name = actor.id, actor.name
    _record(session, case, "rating_answered", actor, now)
    _tell(session, case, "buyer", "rating_answered", now)
    session.flush()
    return rating


def hide_rating(session: Session, case_no: str, *, reason: str, actor: Actor, now: dt.datetime) -> CaseRating:
    """Hide a rating that must not stand: insults, people's data. Who did it and why stays on record.

    Raises:
        RatingNotFound: There is none, or the actor is no agent of the platform's.
        RatingWordsMissing: There is no reason.
        RatingTextTooLong: More than ``TEXT_MAXIMUM`` characters.
        RatingHidden: It is hidden already.
    """
    if not actor.groups & PLATFORM:
        raise RatingNotFound
    words = _checked(reason)
    if not words:
        raise RatingWordsMissing
    case = visible_case(session, case_no, actor)
    rating = _found(session, case_no)
    if rating.hidden_at is not None:
        raise RatingHidden(at=rating.hidden_at.isoformat())
    rating.hidden_at, rating.hidden_reason = now, words
    rating.hidden_by, rating.hidden_by_name = actor.id, actor.name
    _record(session, case, "rating_hidden", actor, now, reason_given=words)
    _tell(session, case, "buyer", "rating_hidden", now)
    session.flush()
    return rating


def _checked(text: str) -> str:
    words = text.strip()
    if len(words) > TEXT_MAXIMUM:
        raise RatingTextTooLong(given=len(words), maximum=TEXT_MAXIMUM)
    return words


def _locked(session: Session, case_no: str) -> CaseRating | None:
    return session.scalar(
        sa.select(CaseRating)
        .where(CaseRating.case_no == case_no)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _found(session: Session, case_no: str) -> CaseRating:
    rating = _locked(session, case_no)
    if rating is None:
        raise RatingNotFound
    return rating


def _record(
    session: Session, case: CancellationCase, kind: str, actor: Actor, now: dt.datetime, **params: JSON
) -> None:
    record_event(session, case.case_no, kind, actor=actor, now=now, **params)


def _tell(
    session: Session, case: CancellationCase, to: str, template: str, now: dt.datetime, **params: JSON
) -> None:
    notify(
        session,
        to=to,
        template=template,
        params={"case_no": case.case_no, "order_no": case.order_no, **params},
        link=f"case:{case.case_no}",
        key=f"{template}:{case.case_no}",
        now=now,
        buyer_id=case.buyer_id,
        shop_id=case.shop_id,
    )
