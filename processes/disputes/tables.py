"""Tables of disputes: what both sides say, how the platform ruled, and who appealed."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.append_only import append_only, append_only_but_words
from processes.cases.tables import CancellationCase
from processes.disputes.rules import RulingKind

KINDS = ", ".join(f"'{kind}'" for kind in RulingKind)


class Dispute(Base):
    """A case before the platform.

    Attributes:
        hearing: The number of the latest hearing of both sides; 0 before the first.
        hearing_opened_at: When that began.
        sealed: Whether it goes on: neither side reads yet what the other says in it.
    """

    __tablename__ = "dispute"

    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), primary_key=True)
    opened_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(default="")
    hearing: Mapped[int] = mapped_column(default=0, server_default="0")
    hearing_opened_at: Mapped[dt.datetime | None]
    sealed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    case: Mapped[CancellationCase] = relationship()
    statements: Mapped[list[Statement]] = relationship(back_populates="dispute", order_by="Statement.at")
    rulings: Mapped[list[Ruling]] = relationship(back_populates="dispute", order_by="Ruling.ruled_at")


class Statement(Base):
    """What one side says; appended.

    Attributes:
        hearing: The number of the hearing in which it was said; 0 for what was said outside of any.
    """

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
    hearing: Mapped[int] = mapped_column(default=0, server_default="0")

    dispute: Mapped[Dispute] = relationship(back_populates="statements")


class Ruling(Base):
    """A decision of the platform; appended, so that an appeal adds one and removes none.

    Attributes:
        ruling: A ``RulingKind``.
        amount: The most that is refunded by a ruling in part, in minor units of the case's
            currency; None otherwise.
        fault: Who is at fault: one of ``processes.liability.tables.PARTIES``; empty if it is the
            table of liability that says so.
        keep_goods: By a ruling in part, the buyer keeps the goods.
        on_appeal: It is the second one, and final.
    """

    __tablename__ = "dispute_ruling"
    __table_args__ = (
        sa.CheckConstraint(f"ruling IN ({KINDS})", name="ruling_known"),
        sa.CheckConstraint("(ruling = 'partial') = (amount IS NOT NULL)", name="amount_if_partial"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.Index("ix_dispute_ruling_case", "case_no", "ruled_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("dispute.case_no"))
    ruling: Mapped[str]
    amount: Mapped[int | None]
    reasons: Mapped[str]
    freight_payer: Mapped[str] = mapped_column(default="")
    fault: Mapped[str] = mapped_column(default="", server_default="")
    keep_goods: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    on_appeal: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    ruled_at: Mapped[dt.datetime]
    ruled_by: Mapped[str]
    ruled_by_name: Mapped[str]
    idempotency_key: Mapped[str] = mapped_column(unique=True)

    dispute: Mapped[Dispute] = relationship(back_populates="rulings")
    appeals: Mapped[list[Appeal]] = relationship(order_by="Appeal.at")


class Appeal(Base):
    """One side's appeal against a ruling; appended, and each side has one."""

    __tablename__ = "dispute_appeal"
    __table_args__ = (sa.CheckConstraint("side IN ('buyer', 'seller')", name="side_known"),)

    ruling_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("dispute_ruling.id"), primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    at: Mapped[dt.datetime]
    author_id: Mapped[str]
    author_name: Mapped[str]


append_only_but_words(Statement, "text")
append_only(Ruling)
append_only_but_words(Appeal, "text")
