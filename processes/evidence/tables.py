"""The table of evidence: whose, of what case, and under which key its content lies."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base
from engine.ids import new_id


class Evidence(Base):
    """A file that a side shows in a case.

    Attributes:
        occasion: ``request``, or the user task with which it came.
        side: ``buyer`` or ``seller``.
        content_type: As its content says.
        sha256: Of the file as it was sent; what is kept of a photo is drawn anew.
        size: Of what is kept, in bytes.
        storage_key: Where its content lies; the same content lies there once.
        erased_at: When its content was erased on somebody's request; the row stays.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        sa.UniqueConstraint("case_no", "uploaded_by", "sha256", name="uq_evidence_once"),
        sa.CheckConstraint("kind IN ('photo', 'video', 'document')", name="kind_known"),
        sa.CheckConstraint("side IN ('buyer', 'seller')", name="side_known"),
        sa.CheckConstraint("size > 0", name="size_positive"),
        sa.Index("ix_evidence_storage_key", "storage_key"),
        sa.Index("ix_evidence_uploader", "uploaded_by", postgresql_where=sa.text("erased_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"))
    occasion: Mapped[str]
    side: Mapped[str]
    uploaded_by: Mapped[str]
    uploaded_by_name: Mapped[str]
    uploaded_at: Mapped[dt.datetime]
    name: Mapped[str]
    kind: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    thumbnail_key: Mapped[str | None]
    erased_at: Mapped[dt.datetime | None]
