"""A person's words in a case, wherever they were written and wherever they were copied to.

What he wrote is found by its author; the copies are found by what they say. Who, when, what was
decided and how much stays: the words alone are replaced by ``ERASED``. Words of the platform
itself (rulings and their reasons, why a rating was hidden) are its acts and stay, see
``docs/personal-data.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine import erasing
from engine.erasing import Scrubber
from processes.append_only import allow_erasure
from processes.cases.tables import CancellationCase, CaseEvent
from processes.disputes.tables import Appeal, Ruling, Statement
from processes.notifications.tables import Notification
from processes.offers.tables import CaseOffer, Exchange
from processes.ratings.tables import CaseRating
from processes.returns.tables import Return

ERASED = "［已清除 · erased］"
"""Stands where the words stood, on every page and in every export, in both languages."""

FIELDS = frozenset({"text", "explanation", "words", "goods"})
"""Names under which the business keeps people's words; forms add those of their text fields."""

PLATFORM_FIELDS = frozenset({"reasons"})


@dataclass(frozen=True, kw_only=True)
class Written:
    """A column of words, and the column that says whose they are; None for copies of others."""

    words: InstrumentedAttribute[str]
    author: InstrumentedAttribute[Any] | None = None

    @property
    def table(self) -> Any:
        """What the column belongs to."""
        return self.words.class_


WRITTEN: Sequence[Written] = (
    Written(words=CancellationCase.text, author=CancellationCase.initiated_by),
    Written(words=CancellationCase.explanation, author=CancellationCase.decided_by),
    Written(words=CaseOffer.text, author=CaseOffer.offered_by),
    Written(words=Exchange.goods),
    Written(words=Return.explanation),
    Written(words=CaseRating.text, author=CaseRating.buyer_id),
    Written(words=CaseRating.answer, author=CaseRating.answered_by),
    Written(words=Statement.text, author=Statement.author_id),
    Written(words=Appeal.text, author=Appeal.author_id),
)


def erase_in_case(session: Session, case_no: str, author_id: str) -> int:
    """Erase what somebody wrote in an ended case, and every copy of it.

    Returns:
        How many rows had words of his.
    """
    of_forms = erasing.text_fields(session, case_no) - PLATFORM_FIELDS
    fields = FIELDS | of_forms
    submitted = erasing.submitted_words(session, case_no, author_id, of_forms)
    words = submitted | _words(session, case_no, author_id, fields)
    if not words:
        return 0
    scrubber = Scrubber(words=words, fields=fields, mark=ERASED)
    allow_erasure(session)
    changed = erasing.erase_words(session, case_no, scrubber)
    for place in WRITTEN:
        for row in session.scalars(sa.select(place.table).where(_of_case(place.table, case_no))):
            said = getattr(row, place.words.key)
            cleaned = scrubber.clean(said, "text")
            if cleaned != said:
                setattr(row, place.words.key, cleaned)
                changed += 1
    told = Notification.link == f"case:{case_no}"
    events = session.scalars(sa.select(CaseEvent).where(CaseEvent.case_no == case_no))
    notices = session.scalars(sa.select(Notification).where(told))
    for row in (*events, *notices):
        params = scrubber.clean(row.params)
        if params is not row.params:
            row.params = params
            changed += 1
    session.flush()
    return changed


def _words(session: Session, case_no: str, author_id: str, fields: Collection[str]) -> frozenset[str]:
    found: set[str] = set()
    for place in WRITTEN:
        if place.author is not None:
            his = sa.cast(place.author, sa.Text) == author_id
            query = sa.select(place.words).where(_of_case(place.table, case_no), his)
            found.update(session.scalars(query))
    events = sa.select(CaseEvent.params).where(
        CaseEvent.case_no == case_no, CaseEvent.actor_id == author_id, CaseEvent.kind != "ruling_made"
    )
    for params in session.scalars(events):
        found.update(said for name, said in params.items() if name in fields and isinstance(said, str))
    return frozenset(said.strip() for said in found) - {"", ERASED}


def _of_case(table: type[Any], case_no: str) -> sa.ColumnElement[bool]:
    if table is Appeal:
        return Appeal.ruling_id.in_(sa.select(Ruling.id).where(Ruling.case_no == case_no))
    of_case: sa.ColumnElement[bool] = table.case_no == case_no
    return of_case
