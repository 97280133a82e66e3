"""Closing days in the books: what each account stood at is kept, so that no statement adds up its past.

A day is closed once it has been over for an hour: a step that posts takes seconds. Closings are derived;
``./tuidan books --rebuild`` makes them anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from processes.liability.tables import LiabilityClosing, LiabilityPosting, LiabilityState
from processes.numbers import MARKETPLACE_ZONE

Transaction = Callable[[], AbstractContextManager[Session]]

GRACE = dt.timedelta(hours=1)

# Any number, but the same for all that close days: "books" in ASCII.
LOCK = 0x626F6F6B73

_CLOSE = sa.text("""
    INSERT INTO liability_closing (account, currency, until, amount)
    SELECT p.account, p.currency, :until, sum(p.amount) + coalesce(
        (SELECT c.amount FROM liability_closing c
         WHERE c.account = p.account AND c.currency = p.currency AND c.until < :until
         ORDER BY c.until DESC LIMIT 1), 0)
    FROM liability_posting p
    WHERE p.at >= :since AND p.at < :until
    GROUP BY p.account, p.currency
""")


def close_days(transaction: Transaction, now: dt.datetime) -> int:
    """Close all days that are over, each in a transaction of its own; return how many had postings.

    Args:
        transaction: Opens one.
        now: When.
    """
    closed = 0
    while True:
        with transaction() as session:
            if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(LOCK))):
                return closed  # another worker does it
            if not _close_next(session, now):
                return closed
        closed += 1


def forget_closings(session: Session) -> None:
    """Take all closings away, to be made anew."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    session.execute(sa.delete(LiabilityClosing))
    session.execute(sa.update(LiabilityState).values(closed_until=None))


def day_start(moment: dt.datetime) -> dt.datetime:
    """Return the instant at which the marketplace's day of a moment began, UTC."""
    local = moment.astimezone(MARKETPLACE_ZONE).date()
    return dt.datetime.combine(local, dt.time(), MARKETPLACE_ZONE).astimezone(dt.UTC)


def stood_at(session: Session, account: str, currency: str, before: dt.datetime) -> int:
    """Return what an account stood at just before an instant: its last closing, and what came after.

    Args:
        session: The caller's transaction.
        account: Which one.
        currency: Of the postings.
        before: The instant, UTC.
    """
    closing = session.execute(
        sa.select(LiabilityClosing.until, LiabilityClosing.amount)
        .where(
            LiabilityClosing.account == account,
            LiabilityClosing.currency == currency,
            LiabilityClosing.until <= before,
        )
        .order_by(LiabilityClosing.until.desc())
        .limit(1)
    ).first()
    conditions = [
        LiabilityPosting.account == account,
        LiabilityPosting.currency == currency,
        LiabilityPosting.at < before,
    ]
    if closing is not None:
        conditions.append(LiabilityPosting.at >= closing.until)
    since = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(LiabilityPosting.amount), 0)).where(*conditions)
    )
    return int(since or 0) + (int(closing.amount) if closing is not None else 0)


def _close_next(session: Session, now: dt.datetime) -> bool:
    """Close the next day with postings; False if there is none that is over."""
    state = session.get(LiabilityState, 1)
    since = state.closed_until if state is not None else None
    query = sa.select(sa.func.min(LiabilityPosting.at))
    if since is not None:
        query = query.where(LiabilityPosting.at >= since)
    first = session.scalar(query)
    if first is None:
        return False
    begin = day_start(first)
    until = day_start(begin + dt.timedelta(hours=36))
    if until > now - GRACE:
        return False
    session.execute(_CLOSE, {"since": begin, "until": until})
    session.execute(
        postgresql.insert(LiabilityState)
        .values(id=1, closed_until=until, findings={})
        .on_conflict_do_update(index_elements=["id"], set_={"closed_until": until})
    )
    return True
