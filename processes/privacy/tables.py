"""Tables of erasure: who asked for it, how it was answered, and content that has still to be deleted."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base
from engine.ids import new_id


class ErasureRequest(Base):
    """Somebody wants what he has shown and written to be erased.

    Attributes:
        status: ``waiting`` for an answer, ``accepted`` (carried out as soon as his cases have ended),
            ``done``, ``refused`` or ``withdrawn``.
        words: Why he asks, in his own words; empty if he doesn't say.
        refusal: Why it was refused, for him to read.
        files: How many pieces of evidence were erased.
        messages: How many messages were.
        cases: In how many cases other words of his were erased.
    """

    __tablename__ = "erasure_request"
    __table_args__ = (
        sa.CheckConstraint(
            "status IN ('waiting', 'accepted', 'done', 'refused', 'withdrawn')", name="status_known"
        ),
        sa.CheckConstraint("(status = 'refused') = (refusal <> '')", name="refused_with_reason"),
        sa.Index(
            "uq_erasure_request_open",
            "account_id",
            unique=True,
            postgresql_where=sa.text("status IN ('waiting', 'accepted')"),
        ),
        sa.Index("ix_erasure_request_account", "account_id", "asked_at"),
        sa.Index("ix_erasure_request_status", "status", "asked_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    asked_at: Mapped[dt.datetime]
    words: Mapped[str] = mapped_column(server_default="")
    status: Mapped[str] = mapped_column(server_default="waiting")
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[str | None]
    refusal: Mapped[str] = mapped_column(server_default="")
    done_at: Mapped[dt.datetime | None]
    files: Mapped[int] = mapped_column(server_default="0")
    messages: Mapped[int] = mapped_column(server_default="0")
    cases: Mapped[int] = mapped_column(server_default="0")


class ErasedCase(Base):
    """That somebody's words in a case were erased, when and by which request.

    Attributes:
        rows: How many rows had words of his.
    """

    __tablename__ = "erased_case"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), primary_key=True)
    request_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("erasure_request.id"))
    erased_at: Mapped[dt.datetime]
    rows: Mapped[int]


class ContentToDelete(Base):
    """Content that no row needs any more; it is deleted from the store after the commit that says so."""

    __tablename__ = "content_to_delete"

    storage_key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[dt.datetime]
