"""Planning a migration, letting it run and stopping it; each with who, when and why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.batches import ask_for_batch
from engine.commands.record import checked_reason, record
from engine.definitions import ProcessUnknown
from engine.errors import Kind, NotFound, TuidanError
from engine.failures import VersionRetired
from engine.ids import new_id
from engine.migration.jobs import CHECK, MOVE
from engine.migration.locking import lock_alone
from engine.migration.plan import PlanInvalid, Side, completed, differing, problems, to_json
from engine.migration.tables import Migration
from engine.runtime import Engine
from engine.tables import ProcessDefinition

# Of the jobs that a worker process does at once, some are left for what people wait for.
CHAINS = 3

Choices = Mapping[str, Mapping[str, str | None]]


class MigrationNotFound(NotFound):
    """There is no such migration."""

    code = "migration.not_found"


class MigrationEndsAlike(TuidanError):
    """A migration goes from one version of a process to another one of the same process."""

    code = "migration.ends_alike"


class MigrationNotReady(TuidanError):
    """The migration has gone on meanwhile, so that can't be done with it now; look at it again."""

    code = "migration.not_ready"
    kind = Kind.CONFLICT


class NothingToMove(TuidanError):
    """No instance can be moved by this plan; change the mapping and check again."""

    code = "migration.nothing_to_move"
    kind = Kind.CONFLICT


def plan_migration(
    engine: Engine,
    session: Session,
    source_id: uuid.UUID,
    target_id: uuid.UUID,
    *,
    chosen: Choices,
    reason: str,
    actor: Actor,
) -> uuid.UUID:
    """Record a plan, and let it be tried on every instance of the source version; none is touched.

    Args:
        chosen: Where the mapping differs from the same ids: see :func:`completed`.

    Raises:
        MigrationEndsAlike: If it isn't two versions of one process.
        PlanInvalid: With every line of it that can't be.
        ProcessUnknown: If there is no such version.
        ReasonMissing: If no reason is given.
        VersionRetired: If one of them was removed.
    """
    reason, now = checked_reason(reason), engine.clock.now()
    source, target = _version(session, source_id), _version(session, target_id)
    if source.process_id != target.process_id or source.id == target.id:
        raise MigrationEndsAlike
    sides = [
        Side.of(engine.definitions.get(session, row.id).program, row.process_id) for row in (source, target)
    ]
    plan = completed(sides[0], sides[1], source.process_id, chosen)
    wrong = problems(sides[0], sides[1], plan)
    if wrong:
        raise PlanInvalid(wrong)
    migration = Migration(
        id=new_id(),
        process_id=source.process_id,
        source_id=source.id,
        target_id=target.id,
        plan=to_json(plan),
        status="checking",
        reason=reason,
        asked_at=now,
        asked_by=actor.id,
        asked_name=actor.name,
    )
    session.add(migration)
    changes = {
        "migration": str(migration.id),
        "from": source.version,
        "to": target.version,
        "renamed": [list(line) for line in differing(plan)],
    }
    record(session, "plan_migration", source.process_id, now=now, actor=actor, reason=reason, changes=changes)
    ask_for_batch(session, CHECK, migration.id)
    return migration.id


def run_migration(
    engine: Engine, session: Session, migration_id: uuid.UUID, *, reason: str, actor: Actor
) -> None:
    """Move the instances that can be moved; a migration that was stopped goes on.

    Raises:
        MigrationNotFound: If there is none of that id.
        MigrationNotReady: If it isn't checked to the end, or is over.
        NothingToMove: If the check found none that can be moved.
        ReasonMissing: If no reason is given.
        VersionRetired: If the target was removed since it was checked.
    """
    reason, now = checked_reason(reason), engine.clock.now()
    migration = _locked(session, migration_id)
    if migration.status not in ("checked", "stopped"):
        raise MigrationNotReady
    if not migration.movable:
        raise NothingToMove
    _version(session, migration.target_id)  # held until it is seen that it is moved to
    migration.status = "moving"
    migration.run_at, migration.run_by, migration.run_name = now, actor.id, actor.name
    migration.run_reason = reason
    _record(session, "run_migration", migration, now=now, actor=actor, reason=reason)
    for _ in range(CHAINS):
        ask_for_batch(session, MOVE, migration.id)


def stop_migration(
    engine: Engine, session: Session, migration_id: uuid.UUID, *, reason: str, actor: Actor
) -> None:
    """Touch no further instance; what has moved stays moved, and it can be let run again.

    A check that is stopped is abandoned: nothing may run on half a check.

    Raises:
        MigrationNotFound: If there is none of that id.
        MigrationNotReady: If it does nothing that could be stopped.
        ReasonMissing: If no reason is given.
    """
    reason, now = checked_reason(reason), engine.clock.now()
    migration = _locked(session, migration_id)
    after = {"checking": "abandoned", "moving": "stopped"}.get(migration.status)
    if after is None:
        raise MigrationNotReady
    migration.status = after
    if after == "abandoned":
        migration.ended_at = now
    _record(session, "stop_migration", migration, now=now, actor=actor, reason=reason)


def _version(session: Session, definition_id: uuid.UUID) -> ProcessDefinition:
    definition = session.get(ProcessDefinition, definition_id, with_for_update={"read": True})
    if definition is None:
        raise ProcessUnknown(process_id=str(definition_id))
    if definition.retired_at is not None:
        raise VersionRetired(version=definition.version)
    return definition


def _locked(session: Session, migration_id: uuid.UUID) -> Migration:
    lock_alone(session, migration_id)
    migration = session.get(Migration, migration_id, populate_existing=True, with_for_update=True)
    if migration is None:
        raise MigrationNotFound
    return migration


def _record(
    session: Session, command: str, migration: Migration, *, now: dt.datetime, actor: Actor, reason: str
) -> None:
    changes = {"migration": str(migration.id), "moved": migration.moved, "left": migration.left}
    record(session, command, migration.process_id, now=now, actor=actor, reason=reason, changes=changes)
