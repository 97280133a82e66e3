"""What operators do with messages that nobody has taken yet: discard them, or send them again."""

from __future__ import annotations

import json
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import sql
from engine.actors import Actor
from engine.commands.record import checked_reason, note, record
from engine.errors import NotFound, TuidanError
from engine.runtime import Engine
from engine.tables import ProcessInstance, SentMessage
from engine.values import Variables

KEY_MAXIMUM = 200


class MessageNotKept(NotFound):
    """This message isn't kept any more: somebody took it, or it was discarded."""

    code = "kept.not_found"


class KeyInvalid(TuidanError):
    """A business key has from 1 to {maximum} characters."""

    code = "kept.key_invalid"

    def __init__(self) -> None:
        super().__init__(maximum=KEY_MAXIMUM)


def discard_message(
    engine: Engine, session: Session, message_id: uuid.UUID, *, reason: str, actor: Actor
) -> None:
    """Let nobody take a message; its contents stay in the record.

    Raises:
        MessageNotKept: If it was taken or discarded.
        ReasonMissing: If no reason is given.
    """
    reason = checked_reason(reason)
    kept = _locked(session, message_id)
    _record(engine, session, "discard_message", kept, {}, reason=reason, actor=actor)
    session.delete(kept)


def resend_message(
    engine: Engine,
    session: Session,
    message_id: uuid.UUID,
    *,
    business_key: str,
    reason: str,
    actor: Actor,
) -> None:
    """Send a message again: to who waits for it now, or to be kept as long as a new one.

    Args:
        business_key: Whose instances it is for; another than before, if it was addressed wrongly.

    Raises:
        KeyInvalid: If the business key is none.
        MessageNotKept: If it was taken or discarded.
        ReasonMissing: If no reason is given.
    """
    reason, business_key = checked_reason(reason), business_key.strip()
    if not business_key or len(business_key) > KEY_MAXIMUM:
        raise KeyInvalid
    kept = _locked(session, message_id)
    _record(engine, session, "resend_message", kept, {"to": business_key}, reason=reason, actor=actor)
    now = engine.clock.now()
    if kept.expires_at is not None:  # it lives once more as long as its sender wanted it to
        kept.expires_at = now + (kept.expires_at - kept.sent_at)
    kept.business_key, kept.sent_at, kept.expired_at = business_key, now, None
    session.flush()
    session.execute(
        sa.text(sql.DEFER_DELIVERY),
        {
            "task": "engine.deliver_messages",
            "arguments": json.dumps({"message": kept.message, "business_key": business_key}),
        },
    )


def _locked(session: Session, message_id: uuid.UUID) -> SentMessage:
    kept = session.scalars(
        sa.select(SentMessage).where(SentMessage.id == message_id).with_for_update()
    ).one_or_none()
    if kept is None:
        raise MessageNotKept
    return kept


def _record(
    engine: Engine,
    session: Session,
    command: str,
    kept: SentMessage,
    more: Variables,
    *,
    reason: str,
    actor: Actor,
) -> None:
    now = engine.clock.now()
    sender = None if kept.sender_id is None else session.get(ProcessInstance, kept.sender_id)
    changes: Variables = {
        "name": kept.message,
        "business_key": kept.business_key,
        "payload": kept.payload,
        "sender": "" if kept.sender_id is None else str(kept.sender_id),
        **more,
    }
    process_id = "" if sender is None else sender.process_id
    record(session, command, process_id, now=now, actor=actor, reason=reason, changes=changes)
    note(
        session,
        [] if kept.sender_id is None else [kept.sender_id],
        f"{command}_asked",
        now=now,
        actor=actor,
        data={"reason": reason, **changes},
        element=(kept.element_id, kept.element_id),
    )
