"""Table of refusals as they reached the buyer."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class RefusalDelivery(Base):
    """A refusal of a case and what became of it.

    Attributes:
        decided_at: When it was refused; with the case it names the refusal.
        delivered_at: When the buyer was told.
        read_at: When he first had the page with the refusal before him; None before.
        lapsed_at: When the time for an answer ran out; None if it didn't.
    """

    __tablename__ = "refusal_delivery"
    __table_args__ = (
        sa.CheckConstraint("read_at IS NULL OR read_at >= delivered_at", name="read_after_delivery"),
    )

    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), primary_key=True)
    decided_at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    delivered_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]
    lapsed_at: Mapped[dt.datetime | None]
