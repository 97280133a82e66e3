"""Who works on a migration beside others, and who alone.

A lock of the row itself would not do: those who share it could follow each other for as long as there is
something to move, and who wants to stop it would wait behind them all. These locks are granted in turn.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

_ALONE = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7165003))")
_BESIDE = sa.text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:key, 7165003))")


def lock_beside(session: Session, migration_id: uuid.UUID) -> None:
    """Work on a migration beside others, until the transaction ends."""
    session.execute(_BESIDE, {"key": str(migration_id)})


def lock_alone(session: Session, migration_id: uuid.UUID) -> None:
    """Wait for those who work on a migration; nobody does, until the transaction ends."""
    session.execute(_ALONE, {"key": str(migration_id)})
