"""Trying again after a deadlock: of two transactions that wait for each other, PostgreSQL ends one.

Nothing of that one has happened, and by the time it is told the other goes on; so it is done once more
from its beginning. Within a step, locks are taken in one order by all (``stores``); a command that takes
steps of several instances can't know their stores before it comes to them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from psycopg.errors import DeadlockDetected

from engine.failures import LostRace

T = TypeVar("T")

ATTEMPTS = 3

log = logging.getLogger(__name__)


def again(work: Callable[[], T], *, unless: Callable[[], bool] = lambda: False) -> T:
    """Do something, and once or twice more if it was ended by a deadlock.

    Args:
        work: Opens its own transaction, and leaves nothing behind if that is rolled back.
        unless: Whether a part of it has been committed already, so that it mustn't be done again.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except (LostRace, sa.exc.OperationalError) as error:
            if attempt == ATTEMPTS or not _by_deadlock(error) or unless():
                raise
            log.warning("ended by a deadlock, and tried again")
    raise AssertionError("unreachable")


def _by_deadlock(error: BaseException) -> bool:
    """Whether PostgreSQL has ended it; a step turns that into a lost race."""
    cause = error.__cause__ if isinstance(error, LostRace) else error
    return isinstance(cause, sa.exc.OperationalError) and isinstance(cause.orig, DeadlockDetected)
