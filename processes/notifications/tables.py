"""Tables of notifications: what an account is told, worded when shown, and what goes out by e-mail."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base
from engine.ids import new_id
from processes.notifications.topics import Topic


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
        sa.Index("ix_notification_link", "link"),
        sa.Index("ix_notification_unread", "account_id", postgresql_where=sa.text("read_at IS NULL")),
        sa.Index("ix_notification_read_at", "read_at", postgresql_where=sa.text("read_at IS NOT NULL")),
        sa.Index("ix_notification_unread_at", "created_at", postgresql_where=sa.text("read_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    template: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[str] = mapped_column(default="")
    dedup_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]


class EmailAddress(Base):
    """Where an account wants its e-mail; nothing but the question is sent there until it is confirmed.

    Attributes:
        refused: What the mail server said when it turned a letter away for good; None while it takes them.
    """

    __tablename__ = "email_address"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    address: Mapped[str]
    asked_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    refused: Mapped[str | None]


class EmailPreference(Base):
    """Whether an account wants a topic by e-mail, where it has chosen."""

    __tablename__ = "email_preference"
    __table_args__ = (
        sa.CheckConstraint(
            f"topic IN ({', '.join(repr(str(topic)) for topic in Topic)})", name="topic_known"
        ),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[bool]


class EmailDelivery(Base):
    """One letter to one account; it exists if and only if what it tells of was committed.

    Attributes:
        kind: ``notification``, or ``confirmation`` of an address.
        status: ``waiting``, ``sent``, ``failed`` (not delivered, and not tried again by itself).
        attempts: How often it was handed to the mail server, or was about to be.
        next_at: When it is tried, or tried again if whoever is sending it now is killed.
    """

    __tablename__ = "email_delivery"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('notification', 'confirmation')", name="kind_known"),
        sa.CheckConstraint("status IN ('waiting', 'sent', 'failed')", name="status_known"),
        sa.CheckConstraint("(kind = 'notification') = (notification_id IS NOT NULL)", name="about_something"),
        sa.Index("ix_email_delivery_due", "next_at", postgresql_where=sa.text("status = 'waiting'")),
        sa.Index("ix_email_delivery_sent", "created_at", postgresql_where=sa.text("status = 'sent'")),
        sa.Index("ix_email_delivery_failed", "created_at", postgresql_where=sa.text("status = 'failed'")),
        sa.Index("ix_email_delivery_account", "account_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    notification_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("notification.id"), unique=True)
    address: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    last_error: Mapped[str | None]
