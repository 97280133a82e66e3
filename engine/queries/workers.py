"""Which workers are alive, by the database's own clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables import WorkerHeartbeat

SILENT_AFTER = dt.timedelta(seconds=20)


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A worker process; ``silent`` is how long ago it was heard."""

    name: str
    running: dt.timedelta
    silent: dt.timedelta

    @property
    def alive(self) -> bool:
        """Whether it was heard lately."""
        return self.silent < SILENT_AFTER


def workers(session: Session) -> Sequence[Worker]:
    """Return the workers of the last hour, those heard last first."""
    heartbeat = WorkerHeartbeat
    query = sa.select(
        heartbeat.worker,
        sa.type_coerce(sa.func.now() - heartbeat.started_at, sa.Interval()),
        sa.type_coerce(sa.func.now() - heartbeat.seen_at, sa.Interval()),
    ).order_by(heartbeat.seen_at.desc())
    return [
        Worker(name=name, running=running, silent=silent) for name, running, silent in session.execute(query)
    ]
