"""The start events of a version, when it becomes the one that instances start on."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import start_conditions
from engine.errors import Kind, TuidanError
from engine.meeting import meet_senders_of
from engine.sending import hand_kept_messages, hand_kept_signals
from engine.start_timers import arm

_TAKEN = sa.text("""
    SELECT s.name, d.process_id FROM start_trigger s
    JOIN start_trigger o ON o.kind = s.kind AND o.name = s.name AND o.definition_id <> s.definition_id
    JOIN process_release d ON d.definition_id = o.definition_id
    WHERE s.definition_id = :definition_id AND s.kind = 'message' LIMIT 1
""")
_MESSAGES = sa.text(
    "SELECT name FROM start_trigger WHERE definition_id = :definition_id AND kind = 'message' ORDER BY name"
)


class MessageStartsOther(TuidanError):
    """The message {message} starts process {process_id} already; a message has one receiver."""

    code = "definition.message_starts_other"
    kind = Kind.CONFLICT


def take_effect(session: Session, definition_id: uuid.UUID, now: dt.datetime) -> None:
    """Let a version that has just been released start by what it waits for; what is kept for it comes now.

    Raises:
        MessageStartsOther: If another process starts by one of its messages.
    """
    start_conditions.arm(session, definition_id)
    arm(session, definition_id, now)
    hand_kept_signals(session, definition_id)
    messages = list(session.scalars(_MESSAGES, {"definition_id": definition_id}))
    if not messages:
        return
    meet_senders_of(session, messages)
    taken = session.execute(_TAKEN, {"definition_id": definition_id}).one_or_none()
    if taken is not None:
        raise MessageStartsOther(message=taken.name, process_id=taken.process_id)
    hand_kept_messages(session, definition_id)
