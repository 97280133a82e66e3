"""Statements of who bears what: one account in one month, with what it stood at before and after.

A page has ``PAGE_SIZE`` rows and is entered through an index; months are the marketplace's. What an
account stood at comes from its closings, so that a page costs the same whatever there was before.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from processes.liability.closing import day_start, stood_at
from processes.liability.tables import LiabilityEntry, LiabilityPosting
from processes.money.currencies import MINOR_DIGITS
from processes.numbers import MARKETPLACE_ZONE

PAGE_SIZE = 50
BATCH = 1000

# Account by account through the index, however many postings each has; then what it stood at when its
# last day was closed, and what came after.
_BALANCES = sa.text("""
    WITH RECURSIVE found AS (
        (SELECT p.account, p.currency FROM liability_posting p
         WHERE (p.account, p.currency) > (:account, :currency) AND p.account < :high
         ORDER BY p.account, p.currency LIMIT 1)
        UNION ALL
        SELECT n.account, n.currency FROM found f CROSS JOIN LATERAL (
            SELECT p.account, p.currency FROM liability_posting p
            WHERE (p.account, p.currency) > (f.account, f.currency) AND p.account < :high
            ORDER BY p.account, p.currency LIMIT 1) n
    ), page AS (SELECT * FROM found LIMIT :limit)
    SELECT a.account, a.currency, coalesce(c.amount, 0) + coalesce(
        (SELECT sum(p.amount) FROM liability_posting p
         WHERE p.account = a.account AND p.currency = a.currency
           AND p.at >= coalesce(c.until, '-infinity')), 0) AS amount
    FROM page a LEFT JOIN LATERAL (
        SELECT k.amount, k.until FROM liability_closing k
        WHERE k.account = a.account AND k.currency = a.currency
        ORDER BY k.until DESC LIMIT 1) c ON true
    ORDER BY a.account, a.currency
""")

_MONTH = re.compile(r"(20\d\d|21\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Month:
    """A calendar month in the marketplace's zone."""

    year: int
    number: int

    @property
    def start(self) -> dt.datetime:
        """Its first instant, UTC."""
        first = dt.datetime(self.year, self.number, 1, tzinfo=MARKETPLACE_ZONE)
        return first.astimezone(dt.UTC)

    @property
    def following(self) -> Month:
        """The month after it."""
        return Month(year=self.year + self.number // 12, number=self.number % 12 + 1)

    @property
    def preceding(self) -> Month:
        """The month before it."""
        return Month(year=self.year - (self.number == 1), number=(self.number - 2) % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"


def month_of(moment: dt.datetime) -> Month:
    """Return the month that an instant lies in."""
    local = moment.astimezone(MARKETPLACE_ZONE)
    return Month(year=local.year, number=local.month)


def month_named(text: str) -> Month | None:
    """Return the month that is written ``2026-03``, or None."""
    found = _MONTH.fullmatch(text)
    return Month(year=int(found[1]), number=int(found[2])) if found else None


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


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What an account stands at, in minor units of a currency."""

    account: str
    currency: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class Balances:
    """A page of accounts; ``next`` asks for the one after it."""

    rows: tuple[Balance, ...]
    next: str | None


def balances(session: Session, kind: str, *, after: str = "") -> Balances:
    """Return a page of the accounts of a kind, such as ``shop``, with what they stand at.

    Args:
        session: The caller's transaction.
        kind: What the account's name begins with, up to its colon.
        after: ``next`` of the page before.
    """
    last, _, currency = after.rpartition("|")
    rows = session.execute(
        _BALANCES,
        {
            # From the colon to the character after it: every account of the kind, by the index.
            "account": last or f"{kind}:",
            "currency": currency if last else "",
            "high": f"{kind};",
            "limit": PAGE_SIZE + 1,
        },
    ).all()
    found = [Balance(account=row.account, currency=row.currency, amount=int(row.amount)) for row in rows]
    return Balances(
        rows=tuple(found[:PAGE_SIZE]),
        next=f"{found[PAGE_SIZE - 1].account}|{found[PAGE_SIZE - 1].currency}"
        if len(found) > PAGE_SIZE
        else None,
    )


def currencies_of(session: Session, account: str) -> list[str]:
    """Return the currencies that an account has postings in."""
    known = sa.values(sa.column("code", sa.Text), name="known").data([(code,) for code in MINOR_DIGITS])
    has = sa.exists().where(LiabilityPosting.account == account, LiabilityPosting.currency == known.c.code)
    found = set(session.scalars(sa.select(known.c.code).where(has)))
    return [code for code in MINOR_DIGITS if code in found]


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
