"""Tables of the conversation in a case: its messages in order, their files, and who has read up to where."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base
from engine.ids import new_id
from processes.append_only import after_create
from processes.conversation.rules import SIDES

_SIDES = ", ".join(map(repr, SIDES))

KEEP_MESSAGE = """
CREATE OR REPLACE FUNCTION keep_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.text = ''
        AND to_jsonb(NEW) - ARRAY['text', 'erased_at'] = to_jsonb(OLD) - ARRAY['text', 'erased_at'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        MESSAGE = 'table case_message is append-only', ERRCODE = 'restrict_violation';
END
$$
"""

KEEP_MESSAGE_TRIGGER = (
    "CREATE OR REPLACE TRIGGER case_message_kept BEFORE UPDATE OR DELETE ON case_message "
    "FOR EACH ROW EXECUTE FUNCTION keep_message()"
)


class Conversation(Base):
    """The head of a case's conversation: locked by whoever adds to it, so that numbers have no gaps.

    Attributes:
        messages: How many there are; the last one has this number.
    """

    __tablename__ = "conversation"

    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), primary_key=True)
    messages: Mapped[int] = mapped_column(default=0)


class CaseMessage(Base):
    """What one side wrote; appended, and never changed, but for the erasure of its words.

    Attributes:
        number: From 1, in the order in which they were written.
        side: ``buyer``, ``seller`` or ``platform``.
        key: Names the sending: a double click and a repeated call are one message.
        erased_at: When the words were erased on somebody's request; the row stays.
    """

    __tablename__ = "case_message"
    __table_args__ = (
        sa.UniqueConstraint("case_no", "number", name="uq_case_message_number"),
        sa.UniqueConstraint("case_no", "author_id", "key", name="uq_case_message_key"),
        sa.CheckConstraint(f"side IN ({_SIDES})", name="side_known"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.Index("ix_case_message_author", "author_id", postgresql_where=sa.text("erased_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("conversation.case_no"))
    number: Mapped[int]
    side: Mapped[str]
    author_id: Mapped[str]
    author_name: Mapped[str]
    text: Mapped[str]
    at: Mapped[dt.datetime]
    key: Mapped[str]
    erased_at: Mapped[dt.datetime | None]


after_create(CaseMessage, KEEP_MESSAGE, KEEP_MESSAGE_TRIGGER)


class MessageFile(Base):
    """A piece of evidence that goes with a message."""

    __tablename__ = "case_message_file"

    message_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("case_message.id"), primary_key=True)
    evidence_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evidence.id"), primary_key=True)


class ReadUpTo(Base):
    """How far one person has read a case's conversation.

    Attributes:
        side: On which he read it; a side has read what one of its people has.
        number: The last message that he was shown.
        at: When he was shown that one.
    """

    __tablename__ = "case_message_read"
    __table_args__ = (sa.CheckConstraint(f"side IN ({_SIDES})", name="side_known"),)

    case_no: Mapped[str] = mapped_column(sa.ForeignKey("conversation.case_no"), primary_key=True)
    reader_id: Mapped[str] = mapped_column(primary_key=True)
    side: Mapped[str]
    number: Mapped[int]
    at: Mapped[dt.datetime]
