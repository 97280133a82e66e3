"""Throttling of failed sign-ins, shared by all web processes through the database.

A person at one address gets few attempts; a login gets more in all, so that somebody who
guesses from many addresses is stopped while the owner isn't locked out by five typing errors
of a stranger. Unknown logins are counted like known ones, so that counting reveals nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.errors import Kind, TuidanError
from webapp.auth.tables import SignInFailures

WINDOW = dt.timedelta(minutes=15)
PER_ADDRESS = 5
PER_LOGIN = 50


class TooManyAttempts(TuidanError):
    """Too many failed sign-ins; try again in {minutes} minutes."""

    code = "people.too_many_attempts"
    kind = Kind.FORBIDDEN


def _limits(login: str, address: str) -> dict[str, int]:
    name = login.strip().lower()

    def key(*parts: str) -> str:
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    return {key(name, address): PER_ADDRESS, key(name): PER_LOGIN}


def check(session: Session, login: str, address: str, *, now: dt.datetime) -> None:
    """Refuse an attempt that comes after too many failures.

    Raises:
        TooManyAttempts: The window of an exhausted limit is still open.
    """
    limits = _limits(login, address)
    rows = session.execute(
        sa.select(SignInFailures.key, SignInFailures.failures, SignInFailures.since).where(
            SignInFailures.key.in_(limits), SignInFailures.since > now - WINDOW
        )
    )
    ends = [since + WINDOW for key, failures, since in rows if failures >= limits[key]]
    if ends:
        seconds = (max(ends) - now).total_seconds()
        raise TooManyAttempts(minutes=max(1, -int(-seconds // 60)))


def record_failure(session: Session, login: str, address: str, *, now: dt.datetime) -> None:
    """Count a failed sign-in, and forget windows that have passed."""
    session.execute(sa.delete(SignInFailures).where(SignInFailures.since <= now - WINDOW))
    for key in sorted(_limits(login, address)):
        statement = postgresql.insert(SignInFailures).values(key=key, failures=1, since=now)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["key"], set_={"failures": SignInFailures.failures + 1}
            )
        )


def forget(session: Session, login: str, address: str) -> None:
    """Forget the failures of somebody who has signed in from an address."""
    mine = next(iter(_limits(login, address)))
    session.execute(sa.delete(SignInFailures).where(SignInFailures.key == mine))
