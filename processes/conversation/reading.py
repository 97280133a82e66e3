"""Reading a case's conversation: its messages, who has read them, and how many are new in a list of cases."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.tables import CancellationCase
from processes.conversation.rules import is_writable, read_by, writable_until
from processes.conversation.tables import CaseMessage, Conversation, MessageFile, ReadUpTo
from processes.disputes.access import side_of
from processes.evidence.tables import Evidence
from processes.notifications.tables import Notification

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message as a reader sees it.

    Attributes:
        mine: It is of the reader's own side.
        read_by: The other sides that have read it; told to its own side alone.
        files: What came with it and was not erased.
    """

    message: CaseMessage
    mine: bool
    read_by: tuple[str, ...]
    files: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True)
class ConversationView:
    """A part of a conversation, as one side sees it.

    Attributes:
        side: The reader's.
        lines: The oldest first.
        earlier: Ask for what is before this number; None if nothing is.
        writable: Whether the reader can still write.
        until: When that ends or ended; None while the case is open.
    """

    case_no: str
    side: str
    lines: list[Line]
    earlier: int | None
    writable: bool
    until: dt.datetime | None


def conversation_of(
    session: Session,
    case: CancellationCase,
    actor: Actor,
    now: dt.datetime,
    *,
    before: int | None = None,
) -> ConversationView | None:
    """Return the latest messages of a case, or those before a number; None for whom they don't concern.

    What is returned counts as read by the actor, and what he was told of it as seen.

    Args:
        session: The caller's transaction.
        case: One that the actor may see.
        actor: Who reads.
        now: When.
        before: The number of the first message of the page after this one.
    """
    side = side_of(session, case, actor)
    if side is None:
        return None
    query = (
        sa.select(CaseMessage)
        .where(CaseMessage.case_no == case.case_no)
        .order_by(CaseMessage.number.desc())
        .limit(PAGE_SIZE + 1)
    )
    if before is not None:
        query = query.where(CaseMessage.number < before)
    found = list(session.scalars(query))
    messages = found[:PAGE_SIZE][::-1]
    positions = read_positions(session, case.case_no)
    if messages:
        mark_read(session, case.case_no, messages[-1].number, side, actor, now)
    files = _files(session, [message.id for message in messages])
    return ConversationView(
        case_no=case.case_no,
        side=side,
        lines=[
            Line(
                message=message,
                mine=message.side == side,
                read_by=read_by(message.number, side, positions) if message.side == side else (),
                files=tuple(files.get(message.id, ())),
            )
            for message in messages
        ],
        earlier=messages[0].number if len(found) > PAGE_SIZE else None,
        writable=is_writable(case.closed_at, now),
        until=writable_until(case.closed_at),
    )


@dataclass(frozen=True, kw_only=True)
class MessagePage:
    """Some of a case's messages, the oldest first; ``next`` is the number behind which more follow."""

    messages: list[CaseMessage]
    next: int | None


def messages_after(session: Session, case_no: str, number: int) -> MessagePage:
    """Return the messages of a case that follow one, as a shop's system reads them."""
    found = list(
        session.scalars(
            sa.select(CaseMessage)
            .where(CaseMessage.case_no == case_no, CaseMessage.number > number)
            .order_by(CaseMessage.number)
            .limit(PAGE_SIZE + 1)
        )
    )
    more = len(found) > PAGE_SIZE
    return MessagePage(messages=found[:PAGE_SIZE], next=found[PAGE_SIZE - 1].number if more else None)


def mark_read(session: Session, case_no: str, number: int, side: str, actor: Actor, now: dt.datetime) -> None:
    """Note that somebody was shown the messages up to a number; never back to an earlier one.

    A number beyond the last message counts as the last; in a case without any, nothing is noted.
    """
    last = sa.func.least(Conversation.messages, number)
    shown = sa.select(
        Conversation.case_no, sa.literal(actor.id), sa.literal(side), last, sa.literal(now, ReadUpTo.at.type)
    ).where(Conversation.case_no == case_no, Conversation.messages > 0)
    columns = ["case_no", "reader_id", "side", "number", "at"]
    read = postgresql.insert(ReadUpTo).from_select(columns, shown)
    moved = session.execute(
        read.on_conflict_do_update(
            index_elements=["case_no", "reader_id"],
            set_={"number": read.excluded.number, "at": read.excluded.at, "side": read.excluded.side},
            where=ReadUpTo.number < read.excluded.number,
        ).returning(ReadUpTo.number)
    ).first()
    if moved is not None and (account_id := _account_id(actor)) is not None:
        session.execute(
            sa.update(Notification)
            .where(
                Notification.account_id == account_id,
                Notification.read_at.is_(None),
                Notification.template == "message_received",
                Notification.link == f"case:{case_no}",
            )
            .values(read_at=now)
        )


def read_positions(session: Session, case_no: str) -> dict[str, int]:
    """Return for each side that has read anything the last message that one of its people has read."""
    rows = session.execute(
        sa.select(ReadUpTo.side, sa.func.max(ReadUpTo.number))
        .where(ReadUpTo.case_no == case_no)
        .group_by(ReadUpTo.side)
    )
    return dict(iter(rows))


def unread_counts(session: Session, case_nos: Iterable[str], side: str) -> Mapping[str, int]:
    """Return for each of a page's cases how many messages of others a side has not read; one statement.

    Args:
        session: The caller's transaction.
        case_nos: Those of one page of a list.
        side: Whose; cases with nothing unread are left out.
    """
    wanted = list(case_nos)
    if not wanted:
        return {}
    read = (
        sa.select(ReadUpTo.case_no, sa.func.max(ReadUpTo.number).label("number"))
        .where(ReadUpTo.case_no.in_(wanted), ReadUpTo.side == side)
        .group_by(ReadUpTo.case_no)
        .subquery()
    )
    rows = session.execute(
        sa.select(CaseMessage.case_no, sa.func.count())
        .outerjoin(read, read.c.case_no == CaseMessage.case_no)
        .where(
            CaseMessage.case_no.in_(wanted),
            CaseMessage.side != side,
            CaseMessage.number > sa.func.coalesce(read.c.number, 0),
        )
        .group_by(CaseMessage.case_no)
    )
    return dict(iter(rows))


def erase_words(session: Session, message: CaseMessage, now: dt.datetime) -> None:
    """Make the words of a message unreadable; that it was written, by whom and when, stays on record."""
    if message.erased_at is None:
        message.text, message.erased_at = "", now
        session.flush()


def _files(session: Session, message_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Evidence]]:
    files: dict[uuid.UUID, list[Evidence]] = {}
    if message_ids:
        rows = session.execute(
            sa.select(MessageFile.message_id, Evidence)
            .join(Evidence, Evidence.id == MessageFile.evidence_id)
            .where(MessageFile.message_id.in_(message_ids), Evidence.erased_at.is_(None))
            .order_by(Evidence.uploaded_at, Evidence.id)
        )
        for message_id, piece in rows:
            files.setdefault(message_id, []).append(piece)
    return files


def _account_id(actor: Actor) -> uuid.UUID | None:
    """The account behind an actor; None for a shop's system, which is told nothing."""
    try:
        return uuid.UUID(actor.id)
    except ValueError:
        return None
