"""The table of requests that other systems have made."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class ApiRequest(Base):
    """A request that changed something, and what it was answered.

    Attributes:
        key: Chosen by the caller; names the request among the shop's.
        request_hash: SHA-256 of what was asked; the same key with another is a conflict.
        status: Of the answer; None until the transaction that wrote the row has it.
    """

    __tablename__ = "api_request"
    __table_args__ = (sa.Index("ix_api_request_at", "at"),)

    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None]
    at: Mapped[dt.datetime]
