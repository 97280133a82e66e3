"""Writing a message in a case: numbered, once for its key, and told to the others once for a burst."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.access import visible_case
from processes.cases.tables import CancellationCase
from processes.conversation.errors import (
    ConversationEnded,
    ConversationNotFound,
    MessageEmpty,
    MessageKeyReused,
    MessagesTooMany,
    MessageTooLong,
)
from processes.conversation.reading import read_positions
from processes.conversation.rules import (
    MESSAGES_MAXIMUM,
    SIDES,
    TEXT_MAXIMUM,
    is_writable,
    writable_until,
)
from processes.conversation.tables import CaseMessage, Conversation, MessageFile
from processes.disputes.access import side_of
from processes.disputes.tables import Dispute
from processes.evidence.inspecting import Draft
from processes.evidence.keeping import attach
from processes.evidence.tables import Evidence
from processes.notifications.sending import notify

TEMPLATE = "message_received"


@dataclass(frozen=True, kw_only=True)
class WriteMessage:
    """What somebody writes.

    Attributes:
        key: Names the sending; the same again is the same message.
        drafts: Files that were found good; the caller writes their content, last of all.
    """

    case_no: str
    text: str
    key: str
    drafts: Sequence[Draft] = ()


def write_message(session: Session, command: WriteMessage, actor: Actor, now: dt.datetime) -> CaseMessage:
    """Append a message to a case's conversation, and tell the other sides.

    A side that has been told of a message and hasn't read it yet isn't told of the next ones.

    Args:
        session: The caller's transaction; the conversation is locked until it ends.
        command: What is written.
        actor: Who writes: the buyer, somebody of the shop, or an agent once the platform is asked.
        now: When.

    Raises:
        CaseNotFound: There is none, or the actor may not see it.
        ConversationNotFound: The actor is on no side of it.
        MessageEmpty: Neither words nor files.
        MessageTooLong: More than ``TEXT_MAXIMUM`` characters.
        MessagesTooMany: The side has written ``MESSAGES_MAXIMUM`` of them.
        ConversationEnded: The case ended too long ago.
        MessageKeyReused: The key was used for other words.
    """
    case = visible_case(session, command.case_no, actor)
    side = side_of(session, case, actor)
    if side is None:
        raise ConversationNotFound
    text = command.text.strip()
    # The platform shows nothing of its own: evidence comes from the two sides.
    drafts = command.drafts if side != "platform" else ()
    if not text and not drafts:
        raise MessageEmpty
    if len(text) > TEXT_MAXIMUM:
        raise MessageTooLong(given=len(text), maximum=TEXT_MAXIMUM)
    head = _locked_head(session, case.case_no)
    earlier = session.scalar(
        sa.select(CaseMessage).where(
            CaseMessage.case_no == case.case_no,
            CaseMessage.author_id == actor.id,
            CaseMessage.key == command.key,
        )
    )
    if earlier is not None:
        if earlier.text != text:
            raise MessageKeyReused
        return earlier
    _check_open(session, case, side, now)
    head.messages += 1
    message = CaseMessage(
        case_no=case.case_no,
        number=head.messages,
        side=side,
        author_id=actor.id,
        author_name=actor.name,
        text=text,
        at=now,
        key=command.key,
    )
    session.add(message)
    session.flush()
    _add_files(session, case, message, drafts, actor, now)
    _tell(session, case, message, now)
    return message


def _locked_head(session: Session, case_no: str) -> Conversation:
    session.execute(
        postgresql.insert(Conversation).values(case_no=case_no, messages=0).on_conflict_do_nothing()
    )
    # Not against readers, who only refer to the row.
    lock = {"key_share": True}
    return session.get_one(Conversation, case_no, with_for_update=lock, populate_existing=True)


def _check_open(session: Session, case: CancellationCase, side: str, now: dt.datetime) -> None:
    until = writable_until(case.closed_at)
    if until is not None and not is_writable(case.closed_at, now):
        raise ConversationEnded(at=until.isoformat())
    written = session.scalar(
        sa.select(sa.func.count())
        .select_from(CaseMessage)
        .where(CaseMessage.case_no == case.case_no, CaseMessage.side == side)
    )
    if (written or 0) >= MESSAGES_MAXIMUM:
        raise MessagesTooMany(maximum=MESSAGES_MAXIMUM)


def _add_files(
    session: Session,
    case: CancellationCase,
    message: CaseMessage,
    drafts: Sequence[Draft],
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Attach the files; one that its sender has shown before in the case is shown once more."""
    if not drafts:
        return
    attach(session, case, drafts, occasion="message", actor=actor, now=now)
    shown = sa.select(sa.literal(message.id), Evidence.id).where(
        Evidence.case_no == case.case_no,
        Evidence.uploaded_by == actor.id,
        Evidence.erased_at.is_(None),
        Evidence.sha256.in_([draft.sha256 for draft in drafts]),
    )
    session.execute(sa.insert(MessageFile).from_select(["message_id", "evidence_id"], shown))


def _tell(session: Session, case: CancellationCase, message: CaseMessage, now: dt.datetime) -> None:
    positions = read_positions(session, case.case_no)
    escalated = session.scalar(sa.select(sa.exists().where(Dispute.case_no == case.case_no)))
    sides = SIDES if escalated else ("buyer", "seller")
    for side in sides:
        if side != message.side:
            notify(
                session,
                to=side,
                template=TEMPLATE,
                params={"case_no": case.case_no, "order_no": case.order_no, "from": message.side},
                link=f"case:{case.case_no}",
                # Whatever comes after the last message that the side has read is one burst.
                key=f"{TEMPLATE}:{case.case_no}:{side}:{positions.get(side, 0)}",
                now=now,
                buyer_id=case.buyer_id,
                shop_id=case.shop_id,
            )
