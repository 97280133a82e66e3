"""Table of refusals, of requests and of returned goods, as they reached the buyer."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class RefusalDelivery(Base):
    """A refusal in a case and what became of it.

    Attributes:
        decided_at: When it was refused; with the case it names the refusal.
        kind: ``request`` for the request itself, ``return`` for goods that came back.
        delivered_at: When the buyer was told.
        read_at: When he first had the page with the refusal before him; None before.
        lapsed_at: When the time for an answer ran out; None if it didn't.
    """

    __tablename__ = "refusal_delivery"
    __table_args__ = (
        sa.CheckConstraint("read_at IS NULL OR read_at >= delivered_at", name="read_after_delivery"),
        sa.CheckConstraint("kind IN ('request', 'return')", name="kind_known"),
    )

    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), primary_key=True)
    decided_at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="request", server_default="request")
    delivered_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]
    lapsed_at: Mapped[dt.datetime | None]
