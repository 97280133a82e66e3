"""Tables of the shops' record: what was counted each day, and over each window; derived, to be made again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from processes.catalog.tables import Shop


class _Counted:
    """Counts as ``processes.record.rules.Counts`` explains them."""

    answered: Mapped[int]
    overrun: Mapped[int]
    decided: Mapped[int]
    agreed: Mapped[int]
    closed: Mapped[int]
    at_fault: Mapped[int]
    ratings: Mapped[int]
    stars: Mapped[int]
    refunds: Mapped[int]
    refunded: Mapped[dict[str, Any]]


class ShopDay(_Counted, Base):
    """What was counted for a shop on one day.

    Attributes:
        day: Of the marketplace's zone.
        seconds: How long each of the day's first answers took, the quickest first.
    """

    __tablename__ = "shop_day"
    __table_args__ = (sa.Index("ix_shop_day_day", "day"),)

    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    seconds: Mapped[list[int]] = mapped_column(postgresql.ARRAY(sa.Integer))


class ShopWindow(_Counted, Base):
    """What was counted for a shop over the latest days, for lists of all shops.

    Attributes:
        days: One of ``WINDOWS``.
        median: Seconds; None without an answer.
        slowest_tenth: Seconds; None without an answer.
    """

    __tablename__ = "shop_window"

    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"), primary_key=True)
    median: Mapped[int | None] = mapped_column(sa.Integer)
    slowest_tenth: Mapped[int | None] = mapped_column(sa.Integer)

    shop: Mapped[Shop] = relationship()


class RecordState(Base):
    """How far the record is counted; one row.

    Attributes:
        complete: Whether everything before was counted once, from the first case on.
        counted_at: When it was counted last.
    """

    __tablename__ = "record_state"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    complete: Mapped[bool]
    counted_at: Mapped[dt.datetime]
