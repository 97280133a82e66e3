"""Starts by the clock, when they are due.

The start and the step to the next instant are one transaction on a locked row, so each instant starts
one instance, whatever number of workers look, and wherever one of them dies. Instants that pass while
nothing runs, or while the version is suspended, start one instance together.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from engine.failures import LostRace, StepFailed, VersionSuspended
from engine.runtime import Engine
from engine.start_timers import go_on
from engine.tables import ProcessDefinition, StartTimer

_DUE = (
    sa.select(StartTimer, ProcessDefinition.process_id)
    .join(ProcessDefinition, ProcessDefinition.id == StartTimer.definition_id)
    .where(~ProcessDefinition.suspended)
    .order_by(StartTimer.due_at)
    .limit(1)
    .with_for_update(of=StartTimer, skip_locked=True)
)


def start_due(engine: Engine) -> int:
    """Start an instance for each start by the clock that is due; returns how many were.

    One that fails leaves an incident, and the clock goes on.
    """
    done = 0
    while _start_one(engine):
        done += 1
    return done


def _start_one(engine: Engine) -> bool:
    now = engine.clock.now()
    key: tuple[uuid.UUID, str, int] | None = None
    due = now
    try:
        with engine.transaction() as session:
            row = session.execute(_DUE.where(StartTimer.due_at <= now)).one_or_none()
            if row is None:
                return False
            timer, process_id = row
            key = (timer.definition_id, timer.element_id, timer.place)
            due = timer.due_at or now
            go_on(timer, now)
            session.flush()
            engine.start_by_timer(session, process_id, timer.element_id, timer.place, due)
    except StepFailed:
        with engine.transaction() as session:
            failed = session.get(StartTimer, key, with_for_update=True)
            if failed is not None and failed.due_at == due:
                go_on(failed, now)
    except (LostRace, VersionSuspended):
        return False  # tried again soon, or when it is resumed
    return True
