"""The demo clock, which every process of the product reads."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class ClockOffset(Base):
    """How far the demo clock is ahead of the machine's; at most one row."""

    __tablename__ = "clock_offset"

    id: Mapped[int] = mapped_column(primary_key=True)
    seconds: Mapped[int]
