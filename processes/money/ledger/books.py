"""Booking in the double-entry books, and reading their balances."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.ids import new_id
from processes.money.errors import EntryUnbalanced
from processes.money.ledger.tables import LedgerAccount, LedgerEntry, LedgerPosting


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a booking: debit above zero, credit below.

    Attributes:
        account: The account's code without the currency, such as ``merchant_balance``.
        kind: What the account is, if the booking is the first to name it.
    """

    account: str
    kind: str
    amount: int


def book(
    session: Session, *, reference: str, currency: str, sides: Sequence[Side], memo: str, at: dt.datetime
) -> uuid.UUID:
    """Append an entry with its postings and return its id.

    Raises:
        EntryUnbalanced: The sides don't add up to nothing. The database checks it again at commit.
    """
    if len(sides) < 2 or sum(side.amount for side in sides) != 0:
        raise EntryUnbalanced(reference=reference)
    accounts = {f"{side.account}:{currency}": side.kind for side in sides}
    session.execute(
        postgresql.insert(LedgerAccount)
        .values([{"code": c, "kind": k, "currency": currency} for c, k in sorted(accounts.items())])
        .on_conflict_do_nothing(index_elements=["code"])
    )
    entry = LedgerEntry(
        id=new_id(),
        reference=reference,
        currency=currency,
        memo=memo,
        at=at,
        postings=[
            LedgerPosting(position=n, account_code=f"{side.account}:{currency}", amount=side.amount)
            for n, side in enumerate(sides, start=1)
        ],
    )
    session.add(entry)
    session.flush()
    return entry.id


def balance(session: Session, account: str, currency: str) -> int:
    """Return the sum of an account's postings, debits above zero."""
    total = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(LedgerPosting.amount), 0)).where(
            LedgerPosting.account_code == f"{account}:{currency}"
        )
    )
    return int(total or 0)
