"""Table of liability: for each case, who was at fault and who bears the freight."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base
from engine.ids import new_id
from processes.append_only import append_only

PARTIES = ("nobody", "buyer", "seller", "carrier", "platform")


class Liability(Base):
    """A finding; appended. The latest of a case counts, the earlier ones stay readable.

    Attributes:
        fault: One of ``PARTIES``.
        freight_payer: One of ``PARTIES``, or empty if no freight is due.
        basis: What it rests on: the table of liability, or a ruling.
    """

    __tablename__ = "liability"
    __table_args__ = (
        sa.CheckConstraint(f"fault IN ({', '.join(map(repr, PARTIES))})", name="fault_known"),
        sa.Index("ix_liability_case", "case_no", "at"),
        sa.Index("ix_liability_shop", "shop_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"))
    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"))
    reason: Mapped[str]
    fault: Mapped[str]
    freight_payer: Mapped[str]
    basis: Mapped[str] = mapped_column(default="")
    at: Mapped[dt.datetime]
    idempotency_key: Mapped[str] = mapped_column(unique=True)


append_only(Liability)
