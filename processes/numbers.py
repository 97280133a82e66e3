"""Numbers that people read: a letter, the day in the marketplace's zone, and a running number."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

MARKETPLACE_ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")


def next_number(session: Session, sequence: sa.Sequence, prefix: str, now: dt.datetime) -> str:
    """Draw the next number of a sequence, such as ``C20260308000042``.

    Gaps are possible: a number drawn by a transaction that rolls back is never given again.
    """
    return number_of(prefix, session.execute(sa.select(sequence.next_value())).scalar_one(), now)


def number_of(prefix: str, running: int, now: dt.datetime) -> str:
    """Return the number that a value of a sequence, drawn now, amounts to."""
    return f"{prefix}{now.astimezone(MARKETPLACE_ZONE):%Y%m%d}{running:06d}"
