"""What the accounts of a kind stand at now, page by page, and the currencies that an account knows.

What an account stood at comes from its closings, so that a page costs the same whatever there was before.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.liability.tables import LiabilityPosting
from processes.money.currencies import MINOR_DIGITS

PAGE_SIZE = 50

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
