"""Table of the days on which shops are closed beyond public holidays."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class ShopClosedDay(Base):
    """A day on which a shop doesn't work, by its own word."""

    __tablename__ = "shop_closed_day"

    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    said_at: Mapped[dt.datetime]
    said_by: Mapped[str]
