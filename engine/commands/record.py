"""The record of a command: who, when, why, and what it changed."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import TuidanError
from engine.tables import CommandRecord
from engine.values import Variables

REASON_MAXIMUM = 500

NO_PROCESS = ""
"""The process of a record that is about several, or about none."""

_NOTE = sa.text("""
    INSERT INTO history_event (instance_id, at, kind, element_id, element_name, actor_id, actor_name, data)
    SELECT id, :now, :kind, :element_id, :element_name, :actor_id, :actor_name, CAST(:data AS jsonb)
    FROM unnest(CAST(:instances AS uuid[])) AS id
""")


class ReasonMissing(TuidanError):
    """Say why, in {maximum} characters at most: the reason is kept in the record."""

    code = "command.reason_missing"

    def __init__(self) -> None:
        super().__init__(maximum=REASON_MAXIMUM)


def checked_reason(reason: str) -> str:
    """A reason as it is kept.

    Raises:
        ReasonMissing: If there is none, or it is too long.
    """
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAXIMUM:
        raise ReasonMissing
    return reason


def note(
    session: Session,
    instances: Iterable[uuid.UUID],
    kind: str,
    *,
    now: dt.datetime,
    actor: Actor,
    data: Variables,
    element: tuple[str, str] | None = None,
) -> None:
    """Write a command into the history of each of its instances."""
    session.execute(
        _NOTE,
        {
            "instances": list(instances),
            "kind": kind,
            "now": now,
            "element_id": element[0] if element else None,
            "element_name": element[1] if element else None,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "data": json.dumps(data, ensure_ascii=False),
        },
    )


def record(
    session: Session,
    command: str,
    process_id: str,
    *,
    now: dt.datetime,
    actor: Actor,
    reason: str,
    changes: Variables,
) -> None:
    """Write down a command that is about a process or one of its versions."""
    session.add(
        CommandRecord(
            at=now,
            command=command,
            process_id=process_id,
            actor_id=actor.id,
            actor_name=actor.name,
            reason=reason,
            changes=changes,
        )
    )
    session.flush()
