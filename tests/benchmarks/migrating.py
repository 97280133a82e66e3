"""Migrating running instances: one job chain that commits each of them, beside the chains as they are."""

from __future__ import annotations

import threading
import time
import uuid
from unittest.mock import patch

import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.migrate import CHAINS, plan_migration, run_migration
from engine.migration import moving
from engine.migration.checking import check_batch
from engine.migration.moving import move_batch
from engine.migration.tables import Migration
from tests.benchmarks.measuring import Ground, Report, rate
from tests.benchmarks.reference import ACTOR, build
from tests.diagrams import (
    boundary,
    diagram,
    end,
    flows,
    message,
    message_definition,
    script,
    start,
    timer,
    user,
)

INSTANCES = 600


def version(name: str) -> str:
    """A task with two timers and a message beside it, as most of the product's waits are."""
    return diagram(
        "waiting",
        start(),
        script("begin", "n = 1"),
        user("ask"),
        boundary("remind", "ask", timer("'PT24H'"), interrupting=False),
        boundary("late", "ask", timer("'PT48H'")),
        boundary("told", "ask", message_definition("news"), interrupting=False),
        script("reminded", f"n = '{name}'"),
        end(),
        end("end_reminded"),
        flows("start", "begin", "ask", "end"),
        flows("remind", "reminded", "end_reminded"),
        flows("late", "end"),
        flows("told", "reminded"),
        more=message("news"),
    )


def measure(ground: Ground, report: Report) -> None:
    """How fast instances are checked and moved by one worker process."""
    report.title(f"Migrating {INSTANCES:,} running instances, one worker process")
    engine, database = build(ground.database())
    with engine.transaction() as session:
        engine.deploy(session, {"waiting.bpmn": version("v1")}, actor=ACTOR)
        for number in range(INSTANCES):
            engine.start(session, "waiting", business_key=f"M{number}", variables={}, actor=ACTOR)
    for name in ("v2", "v3"):
        with engine.transaction() as session:
            engine.deploy(session, {"waiting.bpmn": version(name)}, actor=ACTOR)
    with engine.transaction() as session:
        order = sa.select(tables.ProcessDefinition.id).order_by(tables.ProcessDefinition.version)
        first, second, third = session.scalars(order)
    migration_id, seconds = _checked(engine, first, second)
    report.add("checked", f"{INSTANCES / seconds:,.0f} instances/s")
    with patch.object(moving, "BATCH", 1):
        alone = rate(INSTANCES, lambda: _move(engine, migration_id, chains=1))
    report.add("moved one by one, by one chain", f"{alone:,.0f} instances/s")
    migration_id, _ = _checked(engine, second, third)
    together = rate(INSTANCES, lambda: _move(engine, migration_id, chains=CHAINS))
    report.add(
        f"moved {moving.BATCH} in a transaction, by {CHAINS} chains",
        f"{together:,.0f} instances/s",
        f"{together / alone:.1f} times",
    )
    database.dispose()


def _checked(engine: Engine, source: uuid.UUID, target: uuid.UUID) -> tuple[uuid.UUID, float]:
    with engine.transaction() as session:
        migration_id = plan_migration(
            engine, session, source, target, chosen={}, reason="measured", actor=ACTOR
        )
    began = time.perf_counter()
    while check_batch(engine, migration_id):
        pass
    seconds = time.perf_counter() - began
    with engine.transaction() as session:
        run_migration(engine, session, migration_id, reason="measured", actor=ACTOR)
    return migration_id, seconds


def _move(engine: Engine, migration_id: uuid.UUID, *, chains: int) -> None:
    def chain() -> None:
        while move_batch(engine, migration_id):
            pass

    threads = [threading.Thread(target=chain) for _ in range(chains)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.transaction() as session:
        moved = session.get_one(Migration, migration_id).moved
    if moved != INSTANCES:
        raise AssertionError(f"{moved} of {INSTANCES} were moved")
