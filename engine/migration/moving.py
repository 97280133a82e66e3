"""Carrying a plan out: some instances in one transaction, each fenced like any other step.

Any number of chains work on one migration. Each takes instances that no other has and that no step
holds just now, so that none waits for an instance while it holds others; what is locked comes later. One
that fails is taken back alone, and stays with the reason.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.calling import StepCaller
from engine.failures import InstanceEnded, InstanceNotFound, LostRace
from engine.migration.checking import checked_waits
from engine.migration.locking import lock_alone, lock_beside
from engine.migration.plan import from_json
from engine.migration.recording import failure, record_outcomes
from engine.migration.rewriting import forget_changed, rename
from engine.migration.tables import Migration, MigrationInstance
from engine.opening import Stepper
from engine.runtime import Engine
from engine.spiff.relocating import Remark, relocate
from engine.tables import Execution, ProcessDefinition
from engine.waking import ask_to_wake

# People who act on one of these instances wait for all of them: some tenths of a second.
BATCH = 20

Outcomes = dict[uuid.UUID, tuple[str, list[Remark]]]


def move_batch(engine: Engine, migration_id: uuid.UUID) -> bool:
    """Move the next instances that could be moved when they were checked.

    Returns:
        Whether this chain may find more.
    """
    with engine.transaction() as session:
        # Who stops it waits for the batches that are under way; they don't wait for each other.
        lock_beside(session, migration_id)
        migration = session.get(Migration, migration_id)
        if migration is None or migration.status != "moving":
            return False
        mover = _Mover(engine, session, migration)
        outcomes: Outcomes = {
            instance_id: mover.move(instance_id) for instance_id in _claim(session, migration)
        }
        if outcomes:
            record_outcomes(session, migration_id, outcomes, engine.clock.now())
            _count(session, migration_id, outcomes)
            return True
    _end(engine, migration_id)
    return False


def _claim(session: Session, migration: Migration) -> list[uuid.UUID]:
    """Take instances that nobody else holds; if somebody holds each of them, the first, alone."""
    item = MigrationInstance
    ids = session.scalars(
        sa.select(item.instance_id)
        .where(item.migration_id == migration.id, item.outcome == "movable")
        .order_by(item.instance_id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    running = sa.select(Execution.instance_id).where(Execution.instance_id.in_(ids))
    running = running.order_by(Execution.instance_id)
    free = set(session.scalars(running.with_for_update(skip_locked=True)))
    busy = set(session.scalars(running)) - free
    return [instance_id for instance_id in ids if instance_id not in busy] or list(ids[:1])


def _count(session: Session, migration_id: uuid.UUID, outcomes: Outcomes) -> None:
    moved = sum(outcome == "moved" for outcome, _ in outcomes.values())
    session.execute(
        sa.update(Migration)
        .where(Migration.id == migration_id)
        .values(moved=Migration.moved + moved, left=Migration.left + len(outcomes) - moved)
        .execution_options(synchronize_session=False)
    )


def _end(engine: Engine, migration_id: uuid.UUID) -> None:
    """Say that it is done, unless another chain still has some."""
    with engine.transaction() as session:
        lock_alone(session, migration_id)
        migration = session.get_one(Migration, migration_id, with_for_update=True)
        item = MigrationInstance
        waiting = sa.select(item.instance_id).where(
            item.migration_id == migration_id, item.outcome == "movable"
        )
        if migration.status == "moving" and session.scalars(waiting.limit(1)).first() is None:
            migration.status, migration.ended_at = "done", engine.clock.now()


class _Mover:
    """Moves instances in one transaction, with what is the same for all of them."""

    def __init__(self, engine: Engine, session: Session, migration: Migration) -> None:
        self.session, self.engine, self.migration = session, engine, migration
        self.now = engine.clock.now()
        self.actor = Actor(id=migration.run_by or "", name=migration.run_name or "")
        self.stepper = Stepper(engine.definitions, engine.registry)
        self.plan = from_json(migration.plan)
        self.id, self.process_id, self.source_id = migration.id, migration.process_id, migration.source_id
        # A suspension of either version waits for these steps, or they for it: in the order of their ids.
        ends = session.scalars(
            sa.select(ProcessDefinition)
            .where(ProcessDefinition.id.in_([migration.source_id, migration.target_id]))
            .order_by(ProcessDefinition.id)
            .with_for_update(read=True)
            .execution_options(populate_existing=True)
        ).all()
        self.to = next(row for row in ends if row.id == migration.target_id)
        self.target = engine.definitions.get(session, migration.target_id)
        versions = {row.id: row.version for row in ends}
        self.said = {
            "migration": str(migration.id),
            "from": versions[migration.source_id],
            "to": versions[migration.target_id],
            "reason": migration.run_reason,
        }

    def move(self, instance_id: uuid.UUID) -> tuple[str, list[Remark]]:
        """Move one instance, or say why it stays."""
        try:
            with self.session.begin_nested():
                return self._move(instance_id)
        except (LostRace, sa.exc.OperationalError):
            raise
        except Exception as error:  # noqa: BLE001 - this instance stays; the others go on
            return "left", [failure(error, self.process_id)]

    def _move(self, instance_id: uuid.UUID) -> tuple[str, list[Remark]]:
        session = self.session
        try:
            step = self.stepper.load(session, instance_id, self.actor, self.now, even_suspended=True)
        except (InstanceEnded, InstanceNotFound):
            return "left", [Remark("ended", self.process_id, "")]
        if step.definition.id != self.source_id:
            return "left", [Remark("version_differs", self.process_id, "")]
        caller = StepCaller(
            session,
            self.engine.registry,
            self.now,
            self.actor,
            instance_id,
            step.business_key,
            self.engine.definitions,
        )
        result = relocate(step.instance, self.target.program, self.plan, self.now, caller)
        waits = checked_waits(result, self.process_id)
        if result.obstacles or result.instance is None:
            return "left", result.obstacles
        changes = [asdict(change) for change in result.changes]
        step.note("migrated", process_id=self.process_id, data=self.said | {"changes": changes})
        step.instance, step.definition = result.instance, self.target
        forget_changed(session, step, waits)
        step.save("running", waits)
        rename(session, step, waits, self.to)
        if result.wakes:
            ask_to_wake(session, instance_id)
        return "moved", result.changes
