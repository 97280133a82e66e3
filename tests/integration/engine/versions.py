"""Two versions of the reviewed process, and moving its instances from one to the other."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.migrate import plan_migration, run_migration
from engine.migration.tables import Migration, MigrationFinding, MigrationInstance
from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flow,
    flows,
    message,
    message_definition,
    script,
    start,
    timer,
    user,
)
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import REVIEW, begin, deploy

# The task has another name and group, the reminder is gone, a longer deadline and a warning are new.
CHANGED = diagram(
    "review",
    start(),
    user("judge", "'shop:' + shop + ':senior'"),
    boundary("expire", "judge", timer("'PT96H'")),
    boundary("warn", "judge", timer("'PT12H'"), interrupting=False),
    boundary("withdrawn", "judge", message_definition("take_back", "withdrawal")),
    script("warned", "n = 1"),
    end("end_warned"),
    element("exclusiveGateway", "which", default="which-refused"),
    script("agreed", "outcome = 'agreed in the new version'"),
    script("refused", "outcome = 'refused'"),
    script("timed_out", "outcome = 'timeout'"),
    script("taken_back", "outcome = 'withdrawn'"),
    end(),
    flows("start", "judge", "which", "refused", "end"),
    flow("which", "agreed", "decision == 'agree'"),
    flows("agreed", "end"),
    flows("warn", "warned", "end_warned"),
    flows("expire", "timed_out", "end"),
    flows("withdrawn", "taken_back", "end"),
    more=message("take_back"),
)
RENAMED = {"review": {"decide": "judge"}}


def versions(engine: Engine, process_id: str = "review") -> list[uuid.UUID]:
    with engine.transaction() as session:
        definition = tables.ProcessDefinition
        query = sa.select(definition.id).where(definition.process_id == process_id)
        return list(session.scalars(query.order_by(definition.version)))


def plan(engine: Engine, chosen: Any = None, process_id: str = "review") -> uuid.UUID:
    source, target = versions(engine, process_id)[:2]
    with engine.transaction() as session:
        return plan_migration(
            engine, session, source, target, chosen=chosen or {}, reason="新规则", actor=SELLER
        )


def run(engine: Engine, migration_id: uuid.UUID) -> None:
    with engine.transaction() as session:
        run_migration(engine, session, migration_id, reason="已看过报告", actor=SELLER)


def read(engine: Engine, migration_id: uuid.UUID) -> Migration:
    with engine.transaction() as session:
        return session.get_one(Migration, migration_id)


def findings(engine: Engine, migration_id: uuid.UUID) -> set[tuple[str, str, str, int]]:
    with engine.transaction() as session:
        f = MigrationFinding
        query = sa.select(f.outcome, f.code, f.element_id, f.count).where(f.migration_id == migration_id)
        return {(outcome, code, where, number) for outcome, code, where, number in session.execute(query)}


def outcomes(engine: Engine, migration_id: uuid.UUID) -> dict[uuid.UUID, str]:
    with engine.transaction() as session:
        item = MigrationInstance
        query = sa.select(item.instance_id, item.outcome).where(item.migration_id == migration_id)
        return {row.instance_id: row.outcome for row in session.execute(query)}


def under_way(engine: Engine, work: Callable[[], int], instances: int) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """A migration that has been checked and let run, of instances that wait for the review.

    Returns:
        The migration, and its instances in the order in which they began.
    """
    deploy(engine, REVIEW)
    ids = [begin(engine, key=f"K{number}") for number in range(instances)]
    deploy(engine, CHANGED)
    migration_id = plan(engine, RENAMED)
    work()
    run(engine, migration_id)
    return migration_id, ids
