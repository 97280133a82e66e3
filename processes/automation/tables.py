"""What-if runs: a changed decision table, and the past decisions that it would have answered otherwise."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class WhatIf(Base):
    """A changed table that is replayed over what was asked in the past; nothing else is written.

    Attributes:
        since: Decisions from this instant on.
        status: ``deleted`` runs are seen by nobody, and their rows go in parts.
        first_id: The oldest decision that is looked at.
        last_id: The newest decision when it was asked for, so that a run has an end.
        cursor: The last decision that was replayed.
        unrecorded: Decisions whose inputs were too large to be kept.
        unanswered: Decisions that the changed table has no answer for, or can't read the inputs of.
        without_record: Cases of the time from which no decision of this table is kept, up to a limit.
        versions: For each digest of the table that answered in the past, how many decisions were
            replayed and how many of them changed; the empty one for answers from before it was kept.
        ended_at: When it was done, or stopped or deleted by whom it was asked for.
    """

    __tablename__ = "what_if"
    __table_args__ = (sa.Index("ix_what_if_asked_at", "asked_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    decision_id: Mapped[str]
    file_name: Mapped[str]
    text: Mapped[str]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[str]
    asked_name: Mapped[str]
    since: Mapped[dt.datetime]
    status: Mapped[str] = mapped_column(comment="running, stopped, done or deleted")
    first_id: Mapped[int] = mapped_column(server_default="0")
    last_id: Mapped[int]
    cursor: Mapped[int] = mapped_column(server_default="0")
    replayed: Mapped[int] = mapped_column(server_default="0")
    changed: Mapped[int] = mapped_column(server_default="0")
    unrecorded: Mapped[int] = mapped_column(server_default="0")
    unanswered: Mapped[int] = mapped_column(server_default="0")
    without_record: Mapped[int] = mapped_column(server_default="0")
    versions: Mapped[dict[str, Any]] = mapped_column(
        postgresql.JSONB, default=dict, server_default=sa.text("'{}'::jsonb")
    )
    ended_at: Mapped[dt.datetime | None]

    @property
    def progress(self) -> int:
        """How far it has come, in whole percent: ids stand for time, without counting them."""
        if self.status == "done" or self.last_id < self.first_id:
            return 100
        done = max(self.cursor - self.first_id + 1, 0)
        return done * 100 // (self.last_id - self.first_id + 1)


class WhatIfChange(Base):
    """A past decision that the changed table would have answered otherwise.

    Attributes:
        amount: What the case was about, in minor units of ``currency``: what was refunded, or
            the most that can be.
        after: What the changed table answers; None if it has no answer.
        digest: Of the table that answered in the past; None from before it was kept.
    """

    __tablename__ = "what_if_change"
    __table_args__ = (sa.Index("ix_what_if_change_case", "what_if_id", "business_key"),)

    what_if_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("what_if.id"), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)
    business_key: Mapped[str]
    shop_id: Mapped[uuid.UUID | None]
    reason: Mapped[str | None]
    currency: Mapped[str | None]
    amount: Mapped[int | None]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any] | None]
    digest: Mapped[str | None]


class WhatIfSum(Base):
    """What the changed cases of a run come to, by group; see ``processes.automation.summing``.

    Attributes:
        by: ``shop``, ``reason``, or empty for all.
        group: A shop's id or a reason's code; empty for all, and for decisions that belong to no case.
        currency: Empty for decisions that belong to no case.
        amount: What the cases were about, in minor units.
    """

    __tablename__ = "what_if_sum"
    __table_args__ = (sa.Index("ix_what_if_sum_largest", "what_if_id", "grouped_by", "amount"),)

    what_if_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("what_if.id"), primary_key=True)
    by: Mapped[str] = mapped_column("grouped_by", primary_key=True)
    group: Mapped[str] = mapped_column("group_key", primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    cases: Mapped[int]
    amount: Mapped[int]
