"""Statements of who bears what: one account in one month, with what it stood at before and after.

A page has ``PAGE_SIZE`` rows and is entered through an index; months are the marketplace's. What an
account stood at comes from its closings, so that a page costs the same whatever there was before.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from processes.liability.closing import day_start, stood_at
from processes.liability.months import Month
from processes.liability.tables import LiabilityEntry, LiabilityPosting

PAGE_SIZE = 50
BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Row:
    """One posting, and what the account stands at after it."""

    posting: LiabilityPosting
    entry: LiabilityEntry
    balance: int


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A page of an account's month; amounts in minor units, above zero in the party's favour.

    Attributes:
        opening: What the account stood at when the month began.
        closing: What it stands at when the month ends, or now.
        rows: The oldest first.
        next: Asks for the page after this one; None if there is none.
    """

    account: str
    currency: str
    month: Month
    opening: int
    closing: int
    rows: tuple[Row, ...]
    next: str | None


def statement(
    session: Session, account: str, currency: str, month: Month, *, after: str | None = None
) -> Statement:
    """Return a page of a statement.

    Args:
        session: The caller's transaction.
        account: Such as ``shop:…``; see ``processes.liability.bearing``.
        currency: Of the postings.
        month: Which month.
        after: ``next`` of the page before; anything else begins at the beginning.
    """
    opening = stood_at(session, account, currency, month.start)
    closing = stood_at(session, account, currency, month.following.start)
    conditions = [LiabilityPosting.at >= month.start, LiabilityPosting.at < month.following.start]
    balance = opening
    position = _position(after)
    if position is not None:
        conditions.append(_place() > position.as_tuple())
        balance = _until(session, account, currency, position)
    postings = list(session.scalars(_postings(account, currency).where(*conditions).limit(PAGE_SIZE + 1)))
    rows = _running(postings[:PAGE_SIZE], balance)
    return Statement(
        account=account,
        currency=currency,
        month=month,
        opening=opening,
        closing=closing,
        rows=tuple(rows),
        next=_token(postings[PAGE_SIZE - 1]) if len(postings) > PAGE_SIZE else None,
    )


def all_rows(session: Session, account: str, currency: str, month: Month) -> Iterator[Row]:
    """Yield every row of a month, read in batches: a month may have any number of them."""
    balance = stood_at(session, account, currency, month.start)
    position: sa.ColumnElement[bool] = sa.true()
    while True:
        postings = list(
            session.scalars(
                _postings(account, currency)
                .where(
                    LiabilityPosting.at >= month.start,
                    LiabilityPosting.at < month.following.start,
                    position,
                )
                .limit(BATCH)
            )
        )
        for row in _running(postings, balance):
            balance = row.balance
            yield row
        if len(postings) < BATCH:
            return
        position = _place() > _Position.of(postings[-1]).as_tuple()
        session.expunge_all()


def _place() -> sa.Tuple:
    return sa.tuple_(LiabilityPosting.at, LiabilityPosting.entry_id, LiabilityPosting.position)


def _postings(account: str, currency: str) -> sa.Select[LiabilityPosting]:
    return (
        sa.select(LiabilityPosting)
        .where(LiabilityPosting.account == account, LiabilityPosting.currency == currency)
        .options(joinedload(LiabilityPosting.entry))
        .order_by(LiabilityPosting.at, LiabilityPosting.entry_id, LiabilityPosting.position)
    )


def _running(postings: list[LiabilityPosting], balance: int) -> list[Row]:
    rows = []
    for posting in postings:
        balance += posting.amount
        rows.append(Row(posting=posting, entry=posting.entry, balance=balance))
    return rows


def _until(session: Session, account: str, currency: str, position: _Position) -> int:
    """What an account stood at after a posting: at the beginning of its day, and that day's up to it."""
    start = day_start(position.at)
    that_day = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(LiabilityPosting.amount), 0)).where(
            LiabilityPosting.account == account,
            LiabilityPosting.currency == currency,
            LiabilityPosting.at >= start,
            _place() <= position.as_tuple(),
        )
    )
    return stood_at(session, account, currency, start) + int(that_day or 0)


@dataclass(frozen=True, kw_only=True)
class _Position:
    """Where a page ends."""

    at: dt.datetime
    entry_id: uuid.UUID
    position: int

    @classmethod
    def of(cls, posting: LiabilityPosting) -> _Position:
        return cls(at=posting.at, entry_id=posting.entry_id, position=posting.position)

    def as_tuple(self) -> sa.Tuple:
        return sa.tuple_(sa.literal(self.at), sa.literal(self.entry_id), sa.literal(self.position))


def _token(posting: LiabilityPosting) -> str:
    return f"{posting.at.isoformat()}|{posting.entry_id}|{posting.position}"


def _position(after: str | None) -> _Position | None:
    """Where a page goes on; None for the beginning, and for what isn't a token."""
    try:
        at, entry_id, position = (after or "").split("|")
        moment = dt.datetime.fromisoformat(at)
        if moment.tzinfo is None or not 0 < int(position) < 10_000:
            return None
        return _Position(at=moment, entry_id=uuid.UUID(entry_id), position=int(position))
    except ValueError:
        return None
