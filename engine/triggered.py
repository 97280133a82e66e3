"""Starting an instance by what has come for one of its process's start events."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM, Actor
from engine.commanding import Commanding
from engine.spiff.starting import StartTrigger as Trigger
from engine.start_timers import CLOCK_KINDS
from engine.tables import ProcessDefinition, ProcessInstance, ProcessRelease, StartTrigger
from engine.values import JSON, Variables


class StartCommands(Commanding):
    """What messages, signals and the clock share when they start instances."""

    def start_triggered(
        self,
        session: Session,
        process_id: str,
        trigger: Trigger,
        payload: JSON,
        *,
        business_key: str,
        actor: Actor,
        command: Variables,
        instance_id: uuid.UUID | None = None,
        check: Callable[[], None] | None = None,
    ) -> uuid.UUID:
        """Start an instance of the released version at one of its start events.

        Args:
            command: What a retry does again, if the start fails.
            instance_id: The id of the instance, if it is known before.
            check: Is called first; what it raises fails the start.

        Raises:
            VersionSuspended: If the released version is suspended.
            StepFailed: If the first step failed; there is an incident.
        """
        step = self.stepper.create(
            session,
            process_id,
            business_key,
            {},
            actor,
            self.clock.now(),
            trigger=(trigger, payload),
            instance_id=instance_id,
        )
        key = f"start:{process_id}:{business_key}:{trigger.kind}:{trigger.name}"
        with self.guarded(step, key, command):
            if check is not None:
                check()
            step.finish()
        return step.instance_id

    def start_by_timer(
        self, session: Session, process_id: str, element_id: str, place: int, due: dt.datetime
    ) -> bool:
        """Start the instance of a due instant, unless there is one.

        Its business key names the start event and the instant.

        Returns:
            False if there is one, or the released version has no such timer any more.

        Raises:
            VersionSuspended: If the released version is suspended.
            StepFailed: If the first step failed; there is an incident.
        """
        found = _starts(
            session,
            StartTrigger.kind.in_(CLOCK_KINDS),
            StartTrigger.element_id == element_id,
            StartTrigger.place == place,
            ProcessDefinition.process_id == process_id,
        )
        key = f"{process_id}:{element_id}:{place}:{due.astimezone(dt.UTC).isoformat()}"
        query = sa.select(ProcessInstance.id).where(
            ProcessInstance.business_key == key, ProcessInstance.process_id == process_id
        )
        if not found or session.scalars(query.limit(1)).one_or_none() is not None:
            return False
        command = {
            "do": "start_by_timer",
            "process_id": process_id,
            "element_id": element_id,
            "place": place,
            "due": due.isoformat(),
        }
        self.start_triggered(
            session, process_id, found[0][1], None, business_key=key, actor=SYSTEM, command=command
        )
        return True


def starts_by_message(session: Session, message: str) -> list[tuple[str, Trigger]]:
    """The released versions that a message starts: process and start event."""
    return _starts(session, StartTrigger.kind == "message", StartTrigger.name == message)


def released_trigger(session: Session, process_id: str, element_id: str, name: str) -> Trigger | None:
    """The event that starts a process's released version by a signal or condition, if it is still there."""
    found = _starts(
        session,
        StartTrigger.kind.in_(("signal", "condition")),
        StartTrigger.name == name,
        StartTrigger.element_id == element_id,
        ProcessDefinition.process_id == process_id,
    )
    return found[0][1] if found else None


def _starts(session: Session, *conditions: Any) -> list[tuple[str, Trigger]]:
    rows = session.execute(
        sa.select(ProcessDefinition.process_id, StartTrigger)
        .join(ProcessRelease, ProcessRelease.definition_id == StartTrigger.definition_id)
        .join(ProcessDefinition, ProcessDefinition.id == StartTrigger.definition_id)
        .where(*conditions)
        .order_by(ProcessDefinition.process_id, StartTrigger.element_id, StartTrigger.place)
    )
    return [
        (process_id, Trigger(row.element_id, row.place, row.kind, row.name)) for process_id, row in rows.all()
    ]
