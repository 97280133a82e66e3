"""The batches of a migration: first the check, and after a person has let it run, the moves."""

from __future__ import annotations

import uuid

from engine.migration.checking import check_batch
from engine.migration.moving import move_batch
from engine.runtime import Engine

CHECK, MOVE = "check_migration", "move_migration"


def register_migrations(engine: Engine) -> None:
    """Let the engine's workers do migrations."""

    def check(subject: uuid.UUID) -> bool:
        return check_batch(engine, subject)

    def move(subject: uuid.UUID) -> bool:
        return move_batch(engine, subject)

    engine.batches[CHECK], engine.batches[MOVE] = check, move
