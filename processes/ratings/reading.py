"""Reading ratings: of one case, of a page of cases, and as lists for a shop and for the platform."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from processes.cases.tables import CancellationCase
from processes.paging import older, token_of
from processes.ratings.rules import asks_for_rating
from processes.ratings.tables import CaseRating

PAGE_SIZE = 20


@dataclass(frozen=True, kw_only=True)
class RatingPage:
    """Some ratings, the latest first; ``next`` asks for those after them, None if there are none."""

    ratings: list[CaseRating]
    next: str | None


def rating_of(session: Session, case_no: str) -> CaseRating | None:
    """Return the rating of a case, or None."""
    return session.get(CaseRating, case_no)


def unrated(session: Session, cases: Iterable[CancellationCase], now: dt.datetime) -> set[str]:
    """Return those of a page's cases that their buyer is asked to rate and hasn't; one statement."""
    asked = {case.case_no for case in cases if asks_for_rating(case.outcome, case.closed_at, now)}
    if not asked:
        return set()
    return asked - set(session.scalars(sa.select(CaseRating.case_no).where(CaseRating.case_no.in_(asked))))


def ratings(
    session: Session, *, shop_ids: Sequence[uuid.UUID] | None = None, after: str | None = None
) -> RatingPage:
    """Return ratings, the latest first.

    Args:
        session: The caller's transaction.
        shop_ids: Whose; None for everybody's, as the platform sees them.
        after: ``next`` of the page before.
    """
    query = (
        sa.select(CaseRating)
        .options(joinedload(CaseRating.case))
        .order_by(CaseRating.rated_at.desc(), CaseRating.case_no.desc())
        .limit(PAGE_SIZE + 1)
    )
    if shop_ids is not None:
        query = query.where(CaseRating.shop_id.in_(shop_ids))
    query = query.where(older(after, CaseRating.rated_at, CaseRating.case_no))
    found = list(session.scalars(query))
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return RatingPage(
        ratings=found[:PAGE_SIZE],
        next=token_of(last.rated_at, last.case_no) if last else None,
    )
