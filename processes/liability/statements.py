"""Statements of who bears what: one account in one month, with what it stood at before and after.

A page has ``PAGE_SIZE`` rows and is entered through an index; months are the marketplace's.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from processes.liability.tables import LiabilityEntry, LiabilityPosting
from processes.money.currencies import MINOR_DIGITS
from processes.numbers import MARKETPLACE_ZONE

PAGE_SIZE = 50
BATCH = 1000

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
    opening = _sum(session, account, currency, LiabilityPosting.at < month.start)
    within = (LiabilityPosting.at >= month.start, LiabilityPosting.at < month.following.start)
    closing = opening + _sum(session, account, currency, *within)
    position = _position(after)
    conditions, balance = list(within), opening
    if position is not None:
        conditions.append(_place() > position)
        balance += _sum(session, account, currency, *within, _place() <= position)
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
    balance = _sum(session, account, currency, LiabilityPosting.at < month.start)
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
        last = postings[-1]
        position = _place() > _position(_token(last))
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
    # From the colon to the character after it: every account of the kind, by the index.
    low, high = f"{kind}:", f"{kind};"
    account = LiabilityPosting.account
    last, _, currency = after.rpartition("|")
    place = sa.tuple_(account, LiabilityPosting.currency)
    rows = session.execute(
        sa.select(
            LiabilityPosting.account,
            LiabilityPosting.currency,
            sa.func.sum(LiabilityPosting.amount).label("amount"),
        )
        .where(
            account > low,
            account < high,
            place > sa.tuple_(sa.literal(last), sa.literal(currency)) if last else sa.true(),
        )
        .group_by(LiabilityPosting.account, LiabilityPosting.currency)
        .order_by(LiabilityPosting.account, LiabilityPosting.currency)
        .limit(PAGE_SIZE + 1)
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


def _sum(session: Session, account: str, currency: str, *conditions: sa.ColumnElement[bool]) -> int:
    total = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(LiabilityPosting.amount), 0)).where(
            LiabilityPosting.account == account, LiabilityPosting.currency == currency, *conditions
        )
    )
    return int(total or 0)


def _token(posting: LiabilityPosting) -> str:
    return f"{posting.at.isoformat()}|{posting.entry_id}|{posting.position}"


def _position(after: str | None) -> sa.Tuple | None:
    """Where a page goes on; None for the beginning, and for what isn't a token."""
    try:
        at, entry_id, position = (after or "").split("|")
        moment = dt.datetime.fromisoformat(at)
        if moment.tzinfo is None or not 0 < int(position) < 10_000:
            return None
        return sa.tuple_(sa.literal(moment), sa.literal(uuid.UUID(entry_id)), sa.literal(int(position)))
    except ValueError:
        return None
