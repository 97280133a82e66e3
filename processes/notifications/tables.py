"""Table of notifications: what an account is told; worded when shown, in the reader's language."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base
from engine.ids import new_id


class Notification(Base):
    """One thing that one account is told.

    Attributes:
        template: Names the wording; see ``processes.notifications.templates``.
        params: What the wording needs: ``case_no``, ``order_no``, ``amount``, ``currency``…
        link: What page it is about, such as ``case:C20260308000042``; the web makes an address
            of it that fits the reader's role.
        dedup_key: The same event is told to the same account once.
    """

    __tablename__ = "notification"
    __table_args__ = (
        sa.Index("ix_notification_account", "account_id", "created_at", "id"),
        sa.Index("ix_notification_unread", "account_id", postgresql_where=sa.text("read_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    template: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[str] = mapped_column(default="")
    dedup_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]
