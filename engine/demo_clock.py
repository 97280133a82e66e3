"""A clock that can be moved forward, for trying things out; never in production.

How far it is ahead lies in the database, so that every process agrees; each looks it up at
most twice a second.
"""

from __future__ import annotations

import datetime as dt
import time

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.errors import TuidanError
from engine.tables import ClockOffset

REFRESH_SECONDS = 0.5
MAX_FORWARD = dt.timedelta(days=3_650)


class ClockMove(TuidanError):
    """The demo clock can only be moved forward, by ten years at most."""

    code = "clock.move_invalid"


class DemoClock:
    """The machine's clock plus an offset that all processes share."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database
        self._offset = dt.timedelta()
        self._looked_up = 0.0

    def now(self) -> dt.datetime:
        """Return the machine's instant plus the offset, in UTC."""
        if time.monotonic() - self._looked_up > REFRESH_SECONDS:
            self._look_up()
        return dt.datetime.now(dt.UTC) + self._offset

    def offset(self) -> dt.timedelta:
        """How far the clock is ahead."""
        self._look_up()
        return self._offset

    def forward(self, by: dt.timedelta) -> dt.datetime:
        """Move the clock forward for every process, and return its new instant.

        Raises:
            ClockMove: Backwards, or by more than ten years.
        """
        if by <= dt.timedelta() or self.offset() + by > MAX_FORWARD:
            raise ClockMove
        statement = insert(ClockOffset).values(id=1, seconds=int(by.total_seconds()))
        with self._database.begin() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["id"], set_={"seconds": ClockOffset.seconds + statement.excluded.seconds}
                )
            )
        self._look_up()
        return self.now()

    def _look_up(self) -> None:
        with self._database.connect() as connection:
            seconds = connection.scalar(sa.select(ClockOffset.seconds)) or 0
        self._offset = dt.timedelta(seconds=seconds)
        self._looked_up = time.monotonic()
