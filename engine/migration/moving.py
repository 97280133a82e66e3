"""Carrying a plan out: each instance in one step of its own, fenced like any other."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.calling import StepCaller
from engine.commands.suspend import hold_timers, release_work
from engine.failures import InstanceEnded, InstanceNotFound, LostRace
from engine.migration.checking import checked_waits
from engine.migration.plan import from_json
from engine.migration.recording import failure, record_outcomes
from engine.migration.tables import Migration, MigrationInstance
from engine.opening import Stepper
from engine.runtime import Engine
from engine.spiff.relocating import Remark, relocate
from engine.spiff.waits import Waits
from engine.stepping import Step
from engine.tables import ProcessDefinition
from engine.waking import ask_to_wake

BATCH = 50

# What waits goes on under the same ids; here it gets the names of its new elements.
_RENAME = sa.text("""
    WITH step AS (SELECT CAST(:rows AS jsonb) AS j),
    moved AS (
        UPDATE process_instance SET definition_id = CAST(:definition_id AS uuid)
        WHERE id = CAST(:instance_id AS uuid)
    ),
    tasks AS (
        UPDATE user_task u SET process_id = t.process_id, element_id = t.element_id, name = t.name,
            candidate_group = t.candidate_group, form_key = t.form_key, due_at = t.due_at,
            due_element_id = t.due_element_id, due_effect = t.due_effect, due_basis = t.due_basis
        FROM step, jsonb_to_recordset(j->'tasks') AS t(
            element_instance bigint, process_id text, element_id text, name text, candidate_group text,
            form_key text, due_at timestamptz, due_element_id text, due_effect text,
            due_basis jsonb)
        WHERE u.instance_id = CAST(:instance_id AS uuid) AND u.element_instance = t.element_instance
    ),
    timers AS (
        UPDATE timer SET element_id = t.element_id, name = t.name
        FROM step, jsonb_to_recordset(j->'timers' || (j->'services')) AS t(
            element_instance bigint, element_id text, name text)
        WHERE timer.instance_id = CAST(:instance_id AS uuid)
          AND timer.element_instance = t.element_instance
    ),
    services AS (
        UPDATE service_job s SET element_id = t.element_id, name = t.name
        FROM step, jsonb_to_recordset(j->'services') AS t(
            element_instance bigint, element_id text, name text)
        WHERE s.instance_id = CAST(:instance_id AS uuid) AND s.element_instance = t.element_instance
    )
    UPDATE execution SET version_suspended = :version_suspended
    WHERE instance_id = CAST(:instance_id AS uuid)
    RETURNING suspended OR version_suspended AS suspended
""")

_FORGET = sa.text("""
    WITH events AS (
        DELETE FROM event_subscription WHERE instance_id = CAST(:instance_id AS uuid)
          AND element_instance = ANY(CAST(:events AS bigint[]))
    )
    DELETE FROM message_subscription WHERE instance_id = CAST(:instance_id AS uuid)
      AND element_instance = ANY(CAST(:messages AS bigint[]))
""")


def move_batch(engine: Engine, migration_id: uuid.UUID) -> bool:
    """Move the next instances that could be moved when they were checked.

    Returns:
        Whether there may be more.
    """
    with engine.transaction() as session:
        migration = session.get(Migration, migration_id, with_for_update=True)
        if migration is None or migration.status != "moving":
            return False
        item = MigrationInstance
        ids = session.scalars(
            sa.select(item.instance_id)
            .where(item.migration_id == migration_id, item.outcome == "movable")
            .order_by(item.instance_id)
            .limit(BATCH)
        ).all()
        if not ids:
            migration.status, migration.ended_at = "done", engine.clock.now()
            return False
    for instance_id in ids:
        try:
            with engine.transaction() as session:
                if not move_instance(engine, session, migration_id, instance_id):
                    return False
        except (LostRace, sa.exc.OperationalError):
            raise
        except Exception as error:  # noqa: BLE001 - this instance stays; the others go on
            with engine.transaction() as session:
                _leave(engine, session, migration_id, instance_id, error)
    return True


def move_instance(engine: Engine, session: Session, migration_id: uuid.UUID, instance_id: uuid.UUID) -> bool:
    """Move one instance, or write down why it stays; one that was handled before is passed over.

    Returns:
        False if the migration was stopped.
    """
    migration = session.get_one(Migration, migration_id, with_for_update=True, populate_existing=True)
    if migration.status != "moving":
        return False
    handled = session.get(MigrationInstance, (migration_id, instance_id), populate_existing=True)
    if handled is None or handled.outcome != "movable":
        return True
    remarks, moved = _moved(engine, session, migration, instance_id)
    now = engine.clock.now()
    record_outcomes(session, migration_id, {instance_id: ("moved" if moved else "left", remarks)}, now)
    if moved:
        migration.moved += 1
    else:
        migration.left += 1
    return True


def _moved(
    engine: Engine, session: Session, migration: Migration, instance_id: uuid.UUID
) -> tuple[list[Remark], bool]:
    process_id, now = migration.process_id, engine.clock.now()
    # A suspension of either version waits for this step, or this step for it: in the order of their ids.
    ends = session.scalars(
        sa.select(ProcessDefinition)
        .where(ProcessDefinition.id.in_([migration.source_id, migration.target_id]))
        .order_by(ProcessDefinition.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).all()
    to = next(row for row in ends if row.id == migration.target_id)
    actor = Actor(id=migration.run_by or "", name=migration.run_name or "")
    stepper = Stepper(engine.definitions, engine.registry)
    try:
        step = stepper.load(session, instance_id, actor, now, even_suspended=True)
    except (InstanceEnded, InstanceNotFound):
        return [Remark("ended", process_id, "")], False
    if step.definition.id != migration.source_id:
        return [Remark("version_differs", process_id, "")], False
    caller = StepCaller(
        session, engine.registry, now, actor, instance_id, step.business_key, engine.definitions
    )
    target = engine.definitions.get(session, migration.target_id)
    result = relocate(step.instance, target.program, from_json(migration.plan), now, caller)
    waits = checked_waits(result, process_id)
    if result.obstacles or result.instance is None:
        return result.obstacles, False
    versions = {row.id: row.version for row in ends}
    step.note(
        "migrated",
        process_id=process_id,
        data={
            "migration": str(migration.id),
            "from": versions[migration.source_id],
            "to": versions[migration.target_id],
            "reason": migration.run_reason,
            "changes": [asdict(change) for change in result.changes],
        },
    )
    step.instance, step.definition = result.instance, target
    _forget_changed(session, step, waits)
    step.save("running", waits)
    _rename(session, step, waits, to)
    if result.wakes:
        ask_to_wake(session, instance_id)
    return result.changes, True


def _forget_changed(session: Session, step: Step, after: Waits) -> None:
    """End the waits for messages and signals that have other names now, so that the step begins them anew.

    So what was sent under the new name, and lies there since nobody waited for it, is handed on.
    """
    before = step.before
    messages = [k for k, m in before.messages.items() if k in after.messages and after.messages[k] != m]
    events = [k for k, e in before.events.items() if k in after.events and after.events[k] != e]
    places = {"instance_id": step.instance_id, "messages": messages, "events": events}
    if messages or events:
        session.execute(_FORGET, places)
    for key in messages:
        del before.messages[key]
    for key in events:
        del before.events[key]


def _rename(session: Session, step: Step, waits: Waits, to: ProcessDefinition) -> None:
    tasks = []
    for task in waits.user_tasks.values():
        due = task.deadline
        tasks.append(
            asdict(task)
            | {
                "due_at": due.due_at.isoformat() if due else None,
                "due_element_id": due.element_id if due else None,
                "due_effect": due.name if due else None,
                "due_basis": due.basis if due else None,
            }
        )
    rows: dict[str, list[dict[str, Any]]] = {
        "tasks": tasks,
        "timers": [asdict(timer) for timer in waits.timers.values()],
        "services": [asdict(service) for service in waits.services.values()],
    }
    suspended = session.execute(
        _RENAME,
        {
            "rows": json.dumps(rows, ensure_ascii=False, default=str),
            "instance_id": step.instance_id,
            "definition_id": to.id,
            "version_suspended": to.suspended,
        },
    ).scalar_one()
    if suspended:
        hold_timers(session, [step.instance_id], held=True)
    elif step.suspended:
        release_work(session, [step.instance_id])


def _leave(
    engine: Engine, session: Session, migration_id: uuid.UUID, instance_id: uuid.UUID, error: Exception
) -> None:
    migration = session.get_one(Migration, migration_id, with_for_update=True)
    handled = session.get(MigrationInstance, (migration_id, instance_id))
    if handled is None or handled.outcome != "movable":
        return
    remark = failure(error, migration.process_id)
    record_outcomes(session, migration_id, {instance_id: ("left", [remark])}, engine.clock.now())
    migration.left += 1
