"""What-if runs: a changed decision table, and the past decisions that it would have answered otherwise."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class WhatIf(Base):
    """A changed table that is replayed over what was asked in the past; nothing else is written.

    Attributes:
        since: Decisions from this instant on.
        last_id: The newest decision when it was asked for, so that a run has an end.
        cursor: The last decision that was replayed.
        unrecorded: Decisions whose inputs were too large to be kept.
        unanswered: Decisions that the changed table has no answer for, or can't read the inputs of.
        without_record: Cases of the time from which no decision of this table is kept, up to a limit.
    """

    __tablename__ = "what_if"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    decision_id: Mapped[str]
    file_name: Mapped[str]
    text: Mapped[str]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[str]
    asked_name: Mapped[str]
    since: Mapped[dt.datetime]
    status: Mapped[str] = mapped_column(comment="running or done")
    last_id: Mapped[int]
    cursor: Mapped[int] = mapped_column(server_default="0")
    replayed: Mapped[int] = mapped_column(server_default="0")
    changed: Mapped[int] = mapped_column(server_default="0")
    unrecorded: Mapped[int] = mapped_column(server_default="0")
    unanswered: Mapped[int] = mapped_column(server_default="0")
    without_record: Mapped[int] = mapped_column(server_default="0")


class WhatIfChange(Base):
    """A past decision that the changed table would have answered otherwise.

    Attributes:
        amount: What the case was about, in minor units of ``currency``: what was refunded, or
            the most that can be.
        after: What the changed table answers; None if it has no answer.
    """

    __tablename__ = "what_if_change"

    what_if_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("what_if.id"), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)
    business_key: Mapped[str]
    shop_id: Mapped[uuid.UUID | None]
    reason: Mapped[str | None]
    currency: Mapped[str | None]
    amount: Mapped[int | None]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any] | None]
