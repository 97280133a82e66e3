"""The table that remembers how far the demo data is loaded."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class DemoLoad(Base):
    """The one load of the demo data; interrupted, it goes on where it was.

    Attributes:
        at: The instant that all demo dates are relative to; a resumed load keeps it.
        orders_loaded: The orders file is imported.
        cases_loaded: How many of the cases are done, in their order.
        finished_at: Nothing is left to do.
    """

    __tablename__ = "demo_load"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    at: Mapped[dt.datetime]
    orders_loaded: Mapped[bool] = mapped_column(default=False)
    cases_loaded: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[dt.datetime | None]
