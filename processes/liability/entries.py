"""Keeping entries in step with what they should come to: appended and reversed, never changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from engine.ids import new_id
from processes.liability.bearing import Component, Line
from processes.liability.tables import LiabilityEntry, LiabilityPosting


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What entries are about: a case, or a charge-back; one of the two."""

    case_no: str | None = None
    chargeback_id: uuid.UUID | None = None

    @property
    def entries(self) -> sa.ColumnElement[bool]:
        """The condition that entries are about it."""
        if self.chargeback_id is not None:
            return LiabilityEntry.chargeback_id == self.chargeback_id
        return LiabilityEntry.case_no == self.case_no


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What the entry of a subject should come to, and why.

    Attributes:
        currency: Of all lines that name no other.
        facts: What the lines were derived from, to explain them.
    """

    lines: Sequence[Line]
    currency: str
    facts: dict[str, Any]


NOTHING = Posted(lines=(), currency="", facts={})


def lock_subject(session: Session, subject: Subject) -> None:
    """Keep others from posting about a subject until the transaction ends."""
    name = f"liability:{subject.case_no or subject.chargeback_id}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def bring_up_to_date(
    session: Session, subject: Subject, due: Posted, *, cause: str, now: dt.datetime
) -> bool:
    """Reverse what stands of a subject and post what should; if they are the same, nothing is posted.

    Args:
        session: The caller's transaction, which has locked the subject.
        subject: What the entries are about.
        due: What they should come to.
        cause: Why they may have changed; for the statement.
        now: When.

    Returns:
        Whether anything was posted.
    """
    entries = session.scalars(
        sa.select(LiabilityEntry)
        .where(subject.entries)
        .options(selectinload(LiabilityEntry.postings))
        .order_by(LiabilityEntry.number)
    ).all()
    reversed_ids = {entry.reverses for entry in entries}
    standing = [e for e in entries if e.reverses is None and e.id not in reversed_ids]
    if [_lines(entry) for entry in standing] == ([list(due.lines)] if due.lines else []):
        return False
    number = len(entries)
    for entry in standing:
        number += 1
        opposite = Posted(
            lines=[dataclasses.replace(line, amount=-line.amount) for line in _lines(entry)],
            currency=entry.currency,
            facts=entry.facts,
        )
        _append(session, subject, number, opposite, cause, now, reverses=entry.id)
    if due.lines:
        _append(session, subject, number + 1, due, cause, now)
    return True


def _lines(entry: LiabilityEntry) -> list[Line]:
    return [
        Line(
            account=p.account,
            component=Component(p.component),
            amount=p.amount,
            currency="" if p.currency == entry.currency else p.currency,
        )
        for p in entry.postings
    ]


def _append(
    session: Session,
    subject: Subject,
    number: int,
    posted: Posted,
    cause: str,
    now: dt.datetime,
    *,
    reverses: uuid.UUID | None = None,
) -> None:
    session.add(
        LiabilityEntry(
            id=new_id(),
            case_no=subject.case_no,
            chargeback_id=subject.chargeback_id,
            number=number,
            reverses=reverses,
            cause=cause,
            currency=posted.currency,
            facts=posted.facts,
            at=now,
            postings=[
                LiabilityPosting(
                    position=position,
                    account=line.account,
                    component=line.component.value,
                    currency=line.currency or posted.currency,
                    amount=line.amount,
                    at=now,
                )
                for position, line in enumerate(posted.lines, start=1)
            ],
        )
    )
    session.flush()
