"""Keeping the shops' record counted: the latest days again and again, everything once, or on command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase
from processes.record import sql
from processes.record.rules import WINDOWS, ZONE, day_of, start_of
from processes.record.tables import RecordState, ShopDay, ShopWindow

Transaction = Callable[[], AbstractContextManager[Session]]

RECOUNTED = 45
"""Days that are counted anew each time: ratings, findings and open offers still change them."""

CHUNK = 30
"""Days of one transaction when everything is counted."""

BATCH = 1_000
"""Cases of one transaction when earlier answers are noted."""

# Any number, but the same for all that count: "record" in ASCII.
LOCK = 0x7265636F7264


def count_latest(session: Session, now: dt.datetime) -> bool:
    """Count the latest days anew, unless another worker does or all of it was never counted.

    Returns:
        Whether it was counted.
    """
    if not _mine(session):
        return False
    state = session.get(RecordState, 1)
    if state is None or not state.complete:
        return False
    today = day_of(now)
    _count_days(session, today - dt.timedelta(days=RECOUNTED - 1), today)
    _add_up(session, today)
    state.counted_at = now
    return True


def is_complete(session: Session) -> bool:
    """Whether everything was counted once."""
    state = session.get(RecordState, 1)
    return state is not None and state.complete


def rebuild(transaction: Transaction, now: dt.datetime, say: Callable[[str], None] = lambda _: None) -> None:
    """Count everything anew, a part in each transaction; pages show the days as they come.

    Args:
        transaction: Opens one.
        now: When.
        say: Is told how far it is.
    """
    _note_earlier_answers(transaction, say)
    today = day_of(now)
    with transaction() as session:
        first = session.scalar(sa.select(sa.func.min(CancellationCase.opened_at)))
    day = day_of(first) if first is not None else today
    while day <= today:
        last = min(day + dt.timedelta(days=CHUNK - 1), today)
        with transaction() as session:
            _wait_for_turn(session)
            _count_days(session, day, last)
        say(f"counted until {last.isoformat()}")
        day = last + dt.timedelta(days=1)
    with transaction() as session:
        _wait_for_turn(session)
        _add_up(session, today)
        session.execute(
            postgresql.insert(RecordState)
            .values(id=1, complete=True, counted_at=now)
            .on_conflict_do_update(index_elements=["id"], set_={"complete": True, "counted_at": now})
        )


def keep_counted(transaction: Transaction, now: dt.datetime) -> None:
    """What a worker does every hour: count the latest days, or everything if that was never done."""
    with transaction() as session:
        complete = is_complete(session)
        if complete:
            count_latest(session, now)
    if not complete:
        rebuild(transaction, now)


def _count_days(session: Session, first: dt.date, last: dt.date) -> None:
    session.execute(sa.delete(ShopDay).where(ShopDay.day.between(first, last)))
    session.execute(
        sa.text(sql.DAYS),
        {"zone": ZONE.key, "since": start_of(first), "until": start_of(last + dt.timedelta(days=1))},
    )


def _add_up(session: Session, today: dt.date) -> None:
    session.execute(sa.delete(ShopWindow))
    for days in WINDOWS:
        session.execute(
            sa.text(sql.WINDOW),
            {"days": days, "before": today - dt.timedelta(days=days), "today": today},
        )


def _note_earlier_answers(transaction: Transaction, say: Callable[[str], None]) -> None:
    """Walk the cases by number; those that were decided before the columns were there get them."""
    after = ""
    while True:
        with transaction() as session:
            numbers = list(
                session.scalars(
                    sa.select(CancellationCase.case_no)
                    .where(CancellationCase.case_no > after)
                    .order_by(CancellationCase.case_no)
                    .limit(BATCH)
                )
            )
            if not numbers:
                return
            session.execute(sa.text(sql.EARLIER_ANSWERS), {"case_nos": numbers})
        after = numbers[-1]
        say(f"looked at cases until {after}")


def _mine(session: Session) -> bool:
    """Take the turn to count until the transaction ends, if nobody has it."""
    return bool(session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(LOCK))))


def _wait_for_turn(session: Session) -> None:
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
