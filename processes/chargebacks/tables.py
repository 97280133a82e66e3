"""Tables of charge-backs: what banks have taken back of payments, or may, and what that costs."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.orders.tables import Payment


class Chargeback(Base):
    """A buyer disputes a payment at his bank.

    Attributes:
        id: Ours; pages and books go by it.
        provider: Who told us.
        reference: The provider's number for it.
        amount: What the bank takes back, in minor units of the payment's currency.
        status: ``open`` while the bank decides, ``lost`` if the buyer keeps the money, ``cleared``
            if it is ours. As the provider said when it was last asked.
        decided_at: When we learned that it was no longer open.
        asked_at: When the provider was asked for what is known; an answer to an earlier question is stale.
        watched: Whether a process asks the provider how it stands.
    """

    __tablename__ = "chargeback"
    __table_args__ = (
        sa.CheckConstraint("status IN ('open', 'lost', 'cleared')", name="status_known"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.UniqueConstraint("id"),
        sa.Index("ix_chargeback_opened", "opened_at", "id"),
        sa.Index("ix_chargeback_status", "status", "opened_at", "id"),
        sa.Index(
            "ix_chargeback_unwatched",
            "opened_at",
            "id",
            postgresql_where=sa.text("status = 'open' AND NOT watched"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(default=new_id, server_default=sa.text("gen_random_uuid()"))
    provider: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    payment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    amount: Mapped[int]
    status: Mapped[str] = mapped_column(default="open")
    opened_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    asked_at: Mapped[dt.datetime | None]
    watched: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    payment: Mapped[Payment] = relationship()
    fees: Mapped[list[ChargebackFee]] = relationship(order_by="ChargebackFee.currency")


class ChargebackFee(Base):
    """What a provider charges for a charge-back, less what it has given back of that.

    Attributes:
        currency: Of our account at the provider.
        amount: Minor units; nothing once all of it has come back.
        bearer: Who bears it, as the table ``chargeback_fees`` said last; empty before it was asked.
    """

    __tablename__ = "chargeback_fee"
    __table_args__ = (sa.CheckConstraint("amount >= 0", name="amount_not_negative"),)

    chargeback_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("chargeback.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]
    bearer: Mapped[str] = mapped_column(default="")
