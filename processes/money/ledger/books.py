"""Booking in the double-entry books, and reading their balances."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.ids import new_id
from processes.money.errors import EntryUnbalanced
from processes.money.ledger.tables import LedgerPosting

_BOOK = sa.text("""
    WITH sides AS (
        SELECT * FROM jsonb_to_recordset(CAST(:sides AS jsonb))
            AS s(position bigint, account text, kind text, amount bigint)
    ), accounts AS (
        INSERT INTO ledger_account (code, kind, currency)
        SELECT DISTINCT ON (account) account, kind, :currency FROM sides ORDER BY account
        ON CONFLICT (code) DO NOTHING
    ), entry AS (
        INSERT INTO ledger_entry (id, reference, currency, memo, at)
        VALUES (:id, :reference, :currency, :memo, :at)
    )
    INSERT INTO ledger_posting (entry_id, position, account_code, amount)
    SELECT :id, position, account, amount FROM sides
""").bindparams(sa.bindparam("id", type_=sa.Uuid()))


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
    entry_id = new_id()
    content = [
        {"position": n, "account": f"{side.account}:{currency}", "kind": side.kind, "amount": side.amount}
        for n, side in enumerate(sides, start=1)
    ]
    session.execute(
        _BOOK,
        {
            "id": entry_id,
            "reference": reference,
            "currency": currency,
            "memo": memo,
            "at": at,
            "sides": json.dumps(content),
        },
    )
    return entry_id


def balance(session: Session, account: str, currency: str) -> int:
    """Return the sum of an account's postings, debits above zero."""
    total = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(LedgerPosting.amount), 0)).where(
            LedgerPosting.account_code == f"{account}:{currency}"
        )
    )
    return int(total or 0)
