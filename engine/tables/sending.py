"""What is on its way between instances, or kept for them: messages, signals and data stores."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class SentMessage(Base):
    """A message that an instance or an operator has sent, kept until somebody with its key takes it."""

    __tablename__ = "sent_message"
    __table_args__ = (
        sa.Index("ix_sent_message_match", "message", "business_key", "id"),
        sa.Index("ix_sent_message_name", "message", "sent_at", "id"),
        sa.Index("ix_sent_message_key", "business_key", "sent_at", "id"),
        sa.Index(
            "ix_sent_message_expires",
            "expires_at",
            postgresql_where=sa.text("expired_at IS NULL AND expires_at IS NOT NULL"),
        ),
        sa.Index("ix_sent_message_kept", "sent_at", "id", postgresql_where=sa.text("expired_at IS NULL")),
        sa.Index(
            "ix_sent_message_expired", "sent_at", "id", postgresql_where=sa.text("expired_at IS NOT NULL")
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    message: Mapped[str]
    business_key: Mapped[str]
    payload: Mapped[dict[str, Any]]
    sent_at: Mapped[dt.datetime]
    sender_id: Mapped[uuid.UUID | None] = mapped_column(comment="the instance that sent it")
    element_id: Mapped[str]
    expires_at: Mapped[dt.datetime | None] = mapped_column(comment="its own; empty if it lives as any does")
    expired_at: Mapped[dt.datetime | None] = mapped_column(comment="since then nobody gets it any more")


class SignalDelivery(Base):
    """A signal on its way to an instance that waited for it when it was broadcast, or that it starts.

    So is a condition that has become true and starts an instance.
    """

    __tablename__ = "signal_delivery"
    __table_args__ = (sa.Index("ix_signal_delivery_instance", "instance_id", "id"),)

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    instance_id: Mapped[uuid.UUID]
    signal: Mapped[str]
    places: Mapped[list[Any]] = mapped_column(comment="the element instances that waited for it")
    payload: Mapped[dict[str, Any]]
    sent_at: Mapped[dt.datetime]
    process_id: Mapped[str | None] = mapped_column(comment="of the instance that it starts")
    element_id: Mapped[str | None] = mapped_column(comment="the start event that it triggers")
    business_key: Mapped[str | None]


class DataStore(Base):
    """A value that outlives the instances that read and write it, under the id that diagrams give it."""

    __tablename__ = "data_store"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(comment="as it was deployed last")
    capacity: Mapped[int | None] = mapped_column(comment="how many entries it may have, as deployed last")
    value: Mapped[Any | None] = mapped_column(postgresql.JSONB)
    version: Mapped[int] = mapped_column(comment="how often it was written")
    written_at: Mapped[dt.datetime | None]
    written_by: Mapped[uuid.UUID | None] = mapped_column(comment="the instance that wrote it last")
    element_id: Mapped[str | None] = mapped_column(comment="where it did so")
