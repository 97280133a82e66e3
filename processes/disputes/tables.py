"""Tables of disputes: what both sides say, and how the platform ruled."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.append_only import append_only
from processes.cases.tables import CancellationCase


class Dispute(Base):
    """A case before the platform."""

    __tablename__ = "dispute"

    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), primary_key=True)
    opened_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(default="")

    case: Mapped[CancellationCase] = relationship()
    statements: Mapped[list[Statement]] = relationship(back_populates="dispute", order_by="Statement.at")
    rulings: Mapped[list[Ruling]] = relationship(back_populates="dispute", order_by="Ruling.ruled_at")


class Statement(Base):
    """What one side says; appended."""

    __tablename__ = "dispute_statement"
    __table_args__ = (
        sa.CheckConstraint("side IN ('buyer', 'seller')", name="side_known"),
        sa.Index("ix_dispute_statement_case", "case_no", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("dispute.case_no"))
    side: Mapped[str]
    text: Mapped[str]
    at: Mapped[dt.datetime]
    author_id: Mapped[str]
    author_name: Mapped[str]
    idempotency_key: Mapped[str] = mapped_column(unique=True)

    dispute: Mapped[Dispute] = relationship(back_populates="statements")


class Ruling(Base):
    """A decision of the platform; appended, so that an appeal adds one and removes none."""

    __tablename__ = "dispute_ruling"
    __table_args__ = (
        sa.CheckConstraint("ruling IN ('buyer', 'seller')", name="ruling_known"),
        sa.Index("ix_dispute_ruling_case", "case_no", "ruled_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("dispute.case_no"))
    ruling: Mapped[str]
    reasons: Mapped[str]
    freight_payer: Mapped[str] = mapped_column(default="")
    ruled_at: Mapped[dt.datetime]
    ruled_by: Mapped[str]
    ruled_by_name: Mapped[str]
    idempotency_key: Mapped[str] = mapped_column(unique=True)

    dispute: Mapped[Dispute] = relationship(back_populates="rulings")


append_only(Statement)
append_only(Ruling)
