"""What failed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base
from engine.searching import lowered_index, searchable


def _listed(state: str, where: str) -> list[sa.Index]:
    """The indexes that lists walk, by what they are filtered by; how old something is stands in each."""
    filters = {"at": (), "kind": ("kind",), "process_at": ("process_id",), "element": ("element_id",)}
    filters |= {"process_kind": ("process_id", "kind")}
    return [
        sa.Index(f"ix_incident_{state}_{name}", *first, "occurred_at", "id", postgresql_where=sa.text(where))
        for name, first in filters.items()
    ]


class Incident(Base):
    """Something that failed and waits for an operator; resolved ones stay as a record.

    There is no foreign key: it is written while the failed step still holds its locks.
    """

    __tablename__ = "incident"
    __table_args__ = (
        lowered_index("ix_incident_open_message", "message", "resolved_at IS NULL"),
        lowered_index("ix_incident_resolved_message", "message", "resolved_at IS NOT NULL"),
        sa.Index(
            "ix_incident_open_process", "process_id", "id", postgresql_where=sa.text("resolved_at IS NULL")
        ),
        sa.Index("ix_incident_open", "id", postgresql_where=sa.text("resolved_at IS NULL")),
        sa.Index("ix_incident_resolved", "id", postgresql_where=sa.text("resolved_at IS NOT NULL")),
        *_listed("open", "resolved_at IS NULL"),
        *_listed("resolved", "resolved_at IS NOT NULL"),
        sa.Index("ix_incident_instance", "instance_id"),
        sa.Index("uq_incident_open_key", "key", unique=True, postgresql_where=sa.text("resolved_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(comment="the same failure again counts up, it adds no second row")
    instance_id: Mapped[uuid.UUID | None]
    business_key: Mapped[str]
    process_id: Mapped[str]
    element_id: Mapped[str | None]
    element_name: Mapped[str | None]
    kind: Mapped[str] = mapped_column(comment="step, service, stalled or unreadable")
    message: Mapped[str]
    detail: Mapped[str] = mapped_column(comment="the traceback, for an engineer")
    command: Mapped[dict[str, Any]] = mapped_column(comment="what to do again on a retry")
    occurred_at: Mapped[dt.datetime]
    last_at: Mapped[dt.datetime]
    count: Mapped[int]
    resolved_at: Mapped[dt.datetime | None]
    resolved_by: Mapped[str | None]


searchable(Incident)
