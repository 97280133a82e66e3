"""What the clock starts of a version: armed when it is released; ``engine.due_starts`` does it."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.spiff.instants import Cycle, add_duration, parse_cycle, parse_instant
from engine.tables import ProcessDefinition, StartTimer, StartTrigger

# The kinds of start triggers that wait for an instant.
CLOCK_KINDS = ("date", "cycle", "duration")


def arm(session: Session, definition_id: uuid.UUID, now: dt.datetime) -> None:
    """Let the clock start a version that has just been released, and no other version of its process.

    A rhythm that names no start, and a duration, are counted from now. A date that has passed starts
    nothing: the linter warns of it. A version that was released already goes on as it was.
    """
    session.execute(sa.delete(StartTimer).where(StartTimer.definition_id.in_(other_versions(definition_id))))
    triggers = sa.select(StartTrigger).where(
        StartTrigger.definition_id == definition_id, StartTrigger.kind.in_(CLOCK_KINDS)
    )
    for trigger in session.scalars(triggers).all():
        session.execute(
            insert(StartTimer)
            .values(
                definition_id=definition_id,
                element_id=trigger.element_id,
                place=trigger.place,
                **_first(trigger, now),
            )
            .on_conflict_do_nothing()
        )


def other_versions(definition_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    """The other versions of a version's process."""
    process = sa.select(ProcessDefinition.process_id).where(ProcessDefinition.id == definition_id)
    return sa.select(ProcessDefinition.id).where(
        ProcessDefinition.process_id == process.scalar_subquery(), ProcessDefinition.id != definition_id
    )


def _first(trigger: StartTrigger, now: dt.datetime) -> dict[str, object]:
    if trigger.kind == "duration":
        return {"due_at": add_duration(now, trigger.name), "cycle": None, "number": 1}
    if trigger.kind == "date":
        date = parse_instant(trigger.name)
        return {"due_at": date if date > now else None, "cycle": None, "number": 1}
    cycle = parse_cycle(trigger.name, now)
    number, due = cycle.after(now, 0)
    return {"due_at": due, "cycle": cycle.plain(), "number": number}


def spent(session: Session, definition_id: uuid.UUID) -> list[str]:
    """The events of a released version that the clock will never start again."""
    query = sa.select(StartTimer.element_id).where(
        StartTimer.definition_id == definition_id, StartTimer.due_at.is_(None)
    )
    return list(session.scalars(query.order_by(StartTimer.element_id)))


def go_on(timer: StartTimer, now: dt.datetime) -> None:
    """Set a timer to its first instant that is still to come, if there is one."""
    if timer.cycle is None:
        timer.due_at = None
    else:
        timer.number, timer.due_at = Cycle.of(timer.cycle).after(now, timer.number)
