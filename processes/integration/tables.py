"""The tables of requests that other systems, and operators, have made."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class Asked:
    """A request that changed something, and what it was answered.

    Attributes:
        owner: The column of whose it is.
        key: Chosen by the caller; names the request among his.
        request_hash: SHA-256 of what was asked; the same key with another is a conflict.
        status: Of the answer; None until the transaction that wrote the row has it.
    """

    owner: ClassVar[str]

    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None]
    at: Mapped[dt.datetime]


class ApiRequest(Asked, Base):
    """A request of a shop's system."""

    __tablename__ = "api_request"
    owner = "shop_id"
    __table_args__ = (sa.Index("ix_api_request_at", "at"),)

    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"), primary_key=True, sort_order=-1)


class AccountRequest(Asked, Base):
    """A request of a person's program, or of his page."""

    __tablename__ = "account_request"
    owner = "account_id"
    __table_args__ = (sa.Index("ix_account_request_at", "at"),)

    account_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("account.id"), primary_key=True, sort_order=-1
    )
