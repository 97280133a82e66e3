"""``python -m tests.chaos.worker_process DATABASE_URL``: a worker of the engine alone, to be killed.

It is the product's own, only that it takes back a dead worker's jobs within a second: so tests are short.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import Engine, worker
from engine.clock import SystemClock
from engine.database import create_database
from engine.migration.jobs import register_migrations
from engine.operations import OperationRegistry
from engine.waking import register_waking


def engine_on(database: sa.Engine) -> Engine:
    """An engine that works by the machine's clock."""

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(database, expire_on_commit=False) as session, session.begin():
            yield session

    made = Engine(registry=OperationRegistry(), clock=SystemClock(), transaction=transaction)
    register_migrations(made)
    register_waking(made)
    return made


if __name__ == "__main__":
    worker.HEARTBEAT_SECONDS, worker.SILENT_SECONDS, worker.HOUSEKEEPING_SECONDS = 0.2, 1.0, 0.2
    worker.run(engine_on(create_database(sys.argv[1])), sys.argv[1])
