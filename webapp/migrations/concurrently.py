"""Indexes on large tables, made while everybody goes on reading and writing.

Such an index is made outside a transaction, and one that broke off is left behind invalid. So a
migration that makes them does nothing else, and can be started again from anywhere within.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

_INVALID = sa.text("""
    SELECT 1 FROM pg_index WHERE NOT indisvalid AND indexrelid = to_regclass(:name)
""")


def create_index(name: str, on: str, *, unique: bool = False) -> None:
    """Make an index unless it is there.

    Args:
        on: The table, the columns and the condition, as SQL after ``ON``.
        unique: Whether it also keeps rows from being alike.
    """
    kind = "UNIQUE INDEX" if unique else "INDEX"
    with op.get_context().autocommit_block():
        # Nobody waits for it, so that it may take its time and wait for others.
        op.execute("SET lock_timeout = 0")
        op.execute("SET statement_timeout = 0")
        connection = op.get_bind()
        if connection.scalar(_INVALID, {"name": name}):
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
        op.execute(f"CREATE {kind} CONCURRENTLY IF NOT EXISTS {name} ON {on}")


def drop_index(name: str) -> None:
    """Drop an index if it is there."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
