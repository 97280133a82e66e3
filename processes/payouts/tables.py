"""Tables of payouts to shops, and of what the platform has advanced for them since."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class ShopPayout(Base):
    """Money of an order that the platform has passed on to its shop.

    Attributes:
        reference: Of the transfer, which may be for many orders.
        amount: Of this order, in minor units of its currency.
    """

    __tablename__ = "shop_payout"
    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount_positive"),)

    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer_order.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]
    paid_at: Mapped[dt.datetime]


class RefundClaim(Base):
    """What the platform has refunded in advance of a shop that had been paid out, and claims from it.

    Attributes:
        amount: In minor units; never more than the shop was paid out for the order.
        shop_closed: Whether the shop was closed, so that no later payout settles it.
    """

    __tablename__ = "refund_claim"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.Index("ix_refund_claim_shop", "shop_id", "at"),
        sa.Index("ix_refund_claim_order_id", "order_id"),
    )

    refund_no: Mapped[str] = mapped_column(sa.ForeignKey("refund.refund_no"), primary_key=True)
    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"))
    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer_order.id"))
    currency: Mapped[str]
    amount: Mapped[int]
    shop_closed: Mapped[bool]
    at: Mapped[dt.datetime]
