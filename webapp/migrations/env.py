"""Runs migrations on the connection that it is given; Alembic loads this file itself.

A migration that waits long for a lock makes every reader behind it wait, too: it gives up
instead, and is started again at a quieter moment.
"""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from alembic import context

from webapp.tables import all_tables

# Any number, but the same for all that migrate: "tuidan" in ASCII.
ADVISORY_LOCK = 0x74756964616E
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "120s"
TURN_SECONDS = 0.2


def is_ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Whether autogenerate compares a table: Procrastinate's belong to its own schema."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def run() -> None:
    """Run under a lock that makes several machines starting together take turns."""
    connection: sa.Connection = context.config.attributes["connection"]
    _take_turn(connection)
    try:
        connection.execute(sa.text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(sa.text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=all_tables(),
            include_object=is_ours,
            compare_type=True,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.execute(sa.text("RESET lock_timeout"))
        connection.execute(sa.text("RESET statement_timeout"))
        connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
        connection.commit()


def _take_turn(connection: sa.Connection) -> None:
    """Wait for the others between statements, and not in one.

    An index that is made concurrently waits for every statement that has begun: it would wait for
    those who wait for it.
    """
    asked = sa.text("SELECT pg_try_advisory_lock(:key)")
    while not connection.scalar(asked, {"key": ADVISORY_LOCK}):
        connection.rollback()
        time.sleep(TURN_SECONDS)


run()
