"""Table of ratings: one for each case at most, with the shop's one answer and what moderation did."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from processes.cases.tables import CancellationCase


class CaseRating(Base):
    """What a buyer thinks of how a case was handled.

    Attributes:
        stars: 1 to 5.
        changed_at: When he last changed it; None if he hasn't.
        answer: Of the shop; empty before.
        hidden_at: When an agent hid the words; a hidden rating doesn't count.
    """

    __tablename__ = "case_rating"
    __table_args__ = (
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="stars_known"),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_with_words"),
        sa.CheckConstraint("(hidden_at IS NULL) = (hidden_reason = '')", name="hidden_with_reason"),
        sa.Index("ix_case_rating_shop", "shop_id", "rated_at", "case_no"),
        sa.Index("ix_case_rating_latest", "rated_at", "case_no"),
    )

    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), primary_key=True)
    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"))
    buyer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    stars: Mapped[int]
    text: Mapped[str]
    rated_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[str] = mapped_column(default="", server_default="")
    answered_by_name: Mapped[str] = mapped_column(default="", server_default="")
    hidden_at: Mapped[dt.datetime | None]
    hidden_by: Mapped[str] = mapped_column(default="", server_default="")
    hidden_by_name: Mapped[str] = mapped_column(default="", server_default="")
    hidden_reason: Mapped[str] = mapped_column(default="", server_default="")

    case: Mapped[CancellationCase] = relationship()
