"""The dry run: a plan is tried on every instance, in memory, before any is touched."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.calling import StepCaller
from engine.definitions import Definition
from engine.migration.plan import from_json
from engine.migration.recording import failure, record_outcomes
from engine.migration.tables import Migration
from engine.runtime import Engine
from engine.spiff.instance import Instance
from engine.spiff.relocating import ElementMap, Relocation, Remark, relocate
from engine.spiff.waits import Waits
from engine.tables import Execution, ProcessInstance

BATCH = 200


def check_batch(engine: Engine, migration_id: uuid.UUID) -> bool:
    """Try the plan on the next instances of the source version.

    Returns:
        Whether there may be more.
    """
    now = engine.clock.now()
    with engine.transaction() as session:
        migration = session.get(Migration, migration_id, with_for_update=True)
        if migration is None or migration.status != "checking":
            return False
        rows = _next(session, migration)
        if not rows:
            migration.status = "checked"
            return False
        source = engine.definitions.get(session, migration.source_id)
        target = engine.definitions.get(session, migration.target_id)
        plan = from_json(migration.plan)
        outcomes = {}
        for row in rows:
            caller = StepCaller(
                session, engine.registry, now, SYSTEM, row.id, row.business_key, engine.definitions
            )
            remarks, movable = verdict(source, target, plan, bytes(row.state), now, caller)
            outcomes[row.id] = ("movable" if movable else "blocked", remarks)
        record_outcomes(session, migration_id, outcomes, now)
        migration.cursor = rows[-1].id
        migration.checked += len(rows)
        migration.movable += sum(outcome == "movable" for outcome, _ in outcomes.values())
        return True


def _next(session: Session, migration: Migration) -> list[Any]:
    instance = ProcessInstance
    query = (
        sa.select(instance.id, instance.business_key, Execution.state)
        .join(Execution, Execution.instance_id == instance.id)
        .where(
            instance.process_id == migration.process_id,
            instance.status == "running",
            instance.definition_id == migration.source_id,
        )
        .order_by(instance.id)
        .limit(BATCH)
    )
    if migration.cursor is not None:
        query = query.where(instance.id > migration.cursor)
    return list(session.execute(query).all())


def verdict(
    source: Definition,
    target: Definition,
    plan: ElementMap,
    state: bytes,
    now: dt.datetime,
    caller: StepCaller,
) -> tuple[list[Remark], bool]:
    """What stands in the way of one instance, or what would come and go; and whether it can move."""
    try:
        instance = Instance.load(source.program, source.process_id, state, now, caller)
        result = relocate(instance, target.program, plan, now, caller)
        checked_waits(result, source.process_id)
    except Exception as error:  # noqa: BLE001 - whatever it is, this instance can't be moved
        return [failure(error, source.process_id)], False
    return (result.obstacles, False) if result.obstacles else (result.changes, True)


def checked_waits(result: Relocation, process_id: str) -> Waits:
    """What a moved instance would wait for; what couldn't be kept becomes an obstacle."""
    if result.instance is None:
        return Waits({}, {}, {}, {})
    waits = result.instance.waits()
    for task in waits.user_tasks.values():
        if not task.candidate_group:
            result.obstacles.append(Remark("nobody_may_do_it", task.process_id, task.element_id, task.name))
    if result.instance.is_stalled(waits):
        result.obstacles.append(Remark("would_stall", process_id, ""))
    return waits
