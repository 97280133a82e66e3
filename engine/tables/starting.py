"""What starts instances from outside: triggers of released versions, their clock and their conditions."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class StartTrigger(Base):
    """What starts a version of a process from outside, as long as it is the released one."""

    __tablename__ = "start_trigger"
    __table_args__ = (sa.Index("ix_start_trigger_match", "kind", "name"),)

    definition_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("process_definition.id", ondelete="CASCADE"), primary_key=True
    )
    element_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, comment="which of the event's definitions")
    kind: Mapped[str] = mapped_column(comment="message, signal, condition, date, cycle or duration")
    name: Mapped[str] = mapped_column(comment="of the message or signal, the condition, or the timer's text")


class StartTimer(Base):
    """When the clock starts an instance of a released version next."""

    __tablename__ = "start_timer"
    __table_args__ = (sa.Index("ix_start_timer_due_at", "due_at"),)

    definition_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("process_definition.id", ondelete="CASCADE"), primary_key=True
    )
    element_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, comment="which of the event's definitions")
    due_at: Mapped[dt.datetime | None] = mapped_column(comment="empty when no instant is left")
    cycle: Mapped[list[Any] | None] = mapped_column(
        postgresql.JSONB(none_as_null=True), comment="its rhythm; empty for a date"
    )
    number: Mapped[int] = mapped_column(comment="which of the rhythm's instants is due")


class StartCondition(Base):
    """A condition over data stores that starts a released version when it becomes true."""

    __tablename__ = "start_condition"
    __table_args__ = (sa.Index("ix_start_condition_stores", "stores", postgresql_using="gin"),)

    definition_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("process_definition.id", ondelete="CASCADE"), primary_key=True
    )
    element_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, comment="which of the event's definitions")
    stores: Mapped[list[str]] = mapped_column(postgresql.ARRAY(sa.Text), comment="those that it reads")
    held: Mapped[bool] = mapped_column(comment="when it was looked at last")
