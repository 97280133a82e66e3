"""A command to retry many incidents, and how far it has come."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class RetryBatch(Base):
    """Incidents that are retried one after the other, round by round."""

    __tablename__ = "retry_batch"
    __table_args__ = (
        sa.Index("ix_retry_batch_due_at", "due_at", postgresql_where=sa.text("status = 'waiting'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    filters: Mapped[dict[str, Any]] = mapped_column(comment="which incidents")
    bound: Mapped[uuid.UUID] = mapped_column(comment="the newest incident when it was asked for")
    status: Mapped[str] = mapped_column(comment="running, waiting, stopped or done")
    reason: Mapped[str]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[str]
    asked_name: Mapped[str]
    round: Mapped[int] = mapped_column(server_default="1")
    cursor: Mapped[uuid.UUID | None] = mapped_column(comment="the last incident of this round")
    due_at: Mapped[dt.datetime | None] = mapped_column(comment="when the next round begins")
    total: Mapped[int] = mapped_column(comment="how many there were when it was asked for")
    retried: Mapped[int] = mapped_column(server_default="0", comment="with success")
    failed: Mapped[int] = mapped_column(server_default="0", comment="again, in this round")
    ended_at: Mapped[dt.datetime | None]
    ended_name: Mapped[str | None] = mapped_column(comment="who stopped it")
    ended_reason: Mapped[str | None]
