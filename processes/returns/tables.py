"""Table of returns: where the goods go, how they travel, and what the shop found."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from processes.cases.tables import CancellationCase

return_number = sa.Sequence("return_number", metadata=Base.metadata)


class Return(Base):
    """The goods of a case on their way back.

    Attributes:
        return_no: ``T`` + date + six digits.
        address: The shop's return address as it was when the return was opened.
        sent_at: When the buyer told carrier and number; None before.
        inspected_at: When the shop recorded what it received; ``accepted`` says with what result.
        reopened_at: When a lapsed return was opened once more.
    """

    __tablename__ = "goods_return"
    __table_args__ = (
        sa.CheckConstraint("(inspected_at IS NULL) = (accepted IS NULL)", name="inspected_with_result"),
        sa.CheckConstraint(
            "sent_at IS NULL OR (carrier <> '' AND tracking_no <> '')", name="sent_with_number"
        ),
    )

    return_no: Mapped[str] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), unique=True)
    address: Mapped[dict[str, Any]]
    carrier: Mapped[str] = mapped_column(default="")
    tracking_no: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[dt.datetime]
    reopened_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    inspected_at: Mapped[dt.datetime | None]
    accepted: Mapped[bool | None]
    refusal_code: Mapped[str | None]
    explanation: Mapped[str] = mapped_column(default="")

    case: Mapped[CancellationCase] = relationship()
