"""Typed refusals of the runtime, and the record of what failed."""

from __future__ import annotations

import datetime as dt
import json
import traceback
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import sql
from engine.errors import Kind, NotFound, TuidanError
from engine.ids import new_id
from engine.operations import BpmnError
from engine.values import Variables


class TaskNotFound(NotFound):
    """There is no such task for you."""

    code = "task.not_found"


class TaskEnded(TuidanError):
    """This was decided already: {name} ended at {at} by {by}."""

    code = "task.ended"
    kind = Kind.CONFLICT


class InstanceNotFound(NotFound):
    """There is no such process instance."""

    code = "instance.not_found"


class InstanceEnded(TuidanError):
    """The process instance has ended; nothing more can be done with it."""

    code = "instance.ended"
    kind = Kind.CONFLICT


class InstanceSuspended(TuidanError):
    """The process instance is suspended; it goes on when an operator resumes it."""

    code = "instance.suspended"
    kind = Kind.CONFLICT


class VersionSuspended(TuidanError):
    """Version {version} of process {process_id} is suspended; no instance starts on it."""

    code = "definition.suspended"
    kind = Kind.CONFLICT


class VersionRetired(TuidanError):
    """Version {version} was removed and can't be chosen any more; deploy its files again."""

    code = "definition.retired"
    kind = Kind.CONFLICT


class NoPlainStart(TuidanError):
    """Process {process_id} is started by messages, signals or the clock only."""

    code = "process.no_plain_start"


class IncidentNotFound(NotFound):
    """There is no such open incident; it may have been resolved meanwhile."""

    code = "incident.not_found"


class LostRace(TuidanError):
    """Somebody else was faster; look again before you decide."""

    code = "step.lost_race"
    kind = Kind.CONFLICT


class StepFailed(TuidanError):
    """This could not be carried out and nothing has changed; an operator has been told."""

    code = "step.failed"
    kind = Kind.UNAVAILABLE

    def __init__(self, incident_id: uuid.UUID | None = None) -> None:
        """Name the incident that says what failed; a reader who changes nothing leaves none."""
        super().__init__(**({} if incident_id is None else {"incident": str(incident_id)}))


class InstanceUnreadable(StepFailed):
    """The saved state can't be read by this release; nothing has changed, and an operator has been told."""

    code = "instance.unreadable"


UNREADABLE = "unreadable"
"""The kind of an incident about an instance whose state can't be read."""


class Stalled(Exception):
    """The instance waits for nothing, though it hasn't ended."""


def record_incident(
    session: Session,
    *,
    now: dt.datetime,
    key: str,
    kind: str,
    instance_id: uuid.UUID | None,
    business_key: str,
    process_id: str,
    element: tuple[str, str] | None,
    error: BaseException,
    command: Variables,
) -> uuid.UUID:
    """Write down a failure; the same one again, while it is open, counts up.

    What its command owes the instance is added to what it owed before.
    """
    message = f"{type(error).__name__}: {error}"
    if isinstance(error, BpmnError):
        message = f"no boundary event handles the error {error.code}: {error.message}"
    incident_id: uuid.UUID = session.scalar(
        sa.text(sql.RECORD_INCIDENT),
        {
            "id": new_id(),
            "key": key,
            "instance_id": instance_id,
            "business_key": business_key,
            "process_id": process_id,
            "element_id": element[0] if element else None,
            "element_name": element[1] if element else None,
            "kind": kind,
            "message": message[:2_000],
            "detail": "".join(traceback.format_exception(error))[-20_000:],
            "command": json.dumps(command, ensure_ascii=False),
            "now": now,
        },
    )
    return incident_id


def cause_of(error: BaseException) -> BaseException:
    """The error inside the library's wrappers."""
    inner: Any = getattr(error, "exception", None) or getattr(error, "inner", None)
    return inner if isinstance(inner, BaseException) else error
