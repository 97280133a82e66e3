"""Tables of orders: lines with counters, payments, and fulfilment holds.

Money is in minor units of the order's currency. What must never be broken, whatever the
code does, is a constraint here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from engine.searching import pairs_index, searchable
from processes.catalog.tables import Shop
from processes.orders.rules import OrderState
from processes.people.tables import Account

STATES = ", ".join(f"'{state}'" for state in OrderState)


class Order(Base):
    """An order of one buyer at one shop.

    Attributes:
        order_no: The number that people read; unique on the marketplace.
        content_hash: SHA-256 of what was ordered, so that a repeated import is harmless and
            another order under the same number is a conflict.
        freight: What the buyer pays for carriage; ``freight_refunded`` of it has been given back.
        discount: The sum of what is allocated to the lines.
        total: Goods less discount plus freight.
        receiver: ``{"name", "phone", "address"}`` as it was when ordered.
        search_text: In lower case what an order is searched by; see ``processes.orders.searching``. Empty
            only in orders from before there was one, until a worker comes by.
        promised_ship_by: When the seller promised to ship at the latest.
        promised_at: When delivery was promised at the latest.
        overdue_told_at: When the buyer was told that the shop had missed ``promised_ship_by``.
        paid_out_at: When the shop was paid its money for it; a refund is then laid out for it.
    """

    __tablename__ = "customer_order"
    __table_args__ = (
        sa.CheckConstraint(f"state IN ({STATES})", name="state_known"),
        sa.CheckConstraint("freight >= 0 AND discount >= 0 AND total >= 0", name="amounts_not_negative"),
        sa.CheckConstraint("freight_refunded BETWEEN 0 AND freight", name="freight_refunded_within"),
        pairs_index("ix_customer_order_search", "search_text"),
        sa.Index("ix_customer_order_unsearched", "id", postgresql_where=sa.text("search_text = ''")),
        sa.Index("ix_customer_order_buyer", "buyer_id", "placed_at", "id"),
        sa.Index("ix_customer_order_buyer_state", "buyer_id", "state", "placed_at", "id"),
        sa.Index("ix_customer_order_shop", "shop_id", "placed_at", "id"),
        sa.Index("ix_customer_order_shop_state", "shop_id", "state", "placed_at", "id"),
        sa.Index(
            "ix_customer_order_overdue",
            "promised_ship_by",
            "id",
            postgresql_where=sa.text(
                "overdue_told_at IS NULL AND state IN ('paid', 'picking', 'partly_shipped')"
            ),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    order_no: Mapped[str] = mapped_column(unique=True)
    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"))
    buyer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(default=OrderState.UNPAID)
    content_hash: Mapped[str]
    currency: Mapped[str] = mapped_column(default="CNY")
    freight: Mapped[int] = mapped_column(default=0)
    freight_refunded: Mapped[int] = mapped_column(default=0)
    discount: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    receiver: Mapped[dict[str, Any]] = mapped_column(default=dict)
    remark: Mapped[str] = mapped_column(default="")
    search_text: Mapped[str] = mapped_column(default="", server_default="")
    placed_at: Mapped[dt.datetime]
    paid_at: Mapped[dt.datetime | None]
    picking_at: Mapped[dt.datetime | None]
    promised_ship_by: Mapped[dt.datetime | None]
    promised_at: Mapped[dt.datetime | None]
    shipped_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    completed_at: Mapped[dt.datetime | None]
    cancelled_at: Mapped[dt.datetime | None]
    paid_out_at: Mapped[dt.datetime | None]
    overdue_told_at: Mapped[dt.datetime | None]

    shop: Mapped[Shop] = relationship()
    buyer: Mapped[Account] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.line_no")
    payments: Mapped[list[Payment]] = relationship(back_populates="order", order_by="Payment.captured_at")


class OrderLine(Base):
    """One kind of goods in an order: a copy of the listing as it was, and counters of units.

    Attributes:
        description: The listing's words when ordered, which a case about wrong information cites.
        unit_price: Before the discount.
        discount: The line's share of the order's discount, by largest remainder.
        paid: ``unit_price * quantity - discount``; what refunds of the line are computed from.
        quantity_shipped: Units that have left the shop.
        quantity_cancelled: Units cancelled, whether they had shipped or not.
        quantity_cancelled_unshipped: Those of them that never left the shop.
        quantity_returned: Units that came back.
        quantity_held: Units that open cases keep from being shipped; the sum of the holds.
        refunded: Given back so far for the goods of this line, freight aside.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "line_no"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("discount BETWEEN 0 AND unit_price * quantity", name="discount_within"),
        sa.CheckConstraint("paid = unit_price * quantity - discount", name="paid_adds_up"),
        sa.CheckConstraint("quantity_cancelled BETWEEN 0 AND quantity", name="cancelled_within"),
        sa.CheckConstraint(
            "quantity_cancelled_unshipped BETWEEN 0 AND quantity_cancelled", name="unshipped_within"
        ),
        sa.CheckConstraint(
            "quantity_shipped >= 0 AND quantity_shipped + quantity_cancelled_unshipped <= quantity",
            name="shipped_within",
        ),
        sa.CheckConstraint("quantity_returned BETWEEN 0 AND quantity_shipped", name="returned_within"),
        sa.CheckConstraint("quantity_held >= 0", name="held_not_negative"),
        sa.CheckConstraint("refunded BETWEEN 0 AND paid", name="refunded_within"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer_order.id"))
    line_no: Mapped[int]
    listing_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("listing.id"))
    variant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("variant.id"))
    title: Mapped[str]
    sku: Mapped[str]
    variant: Mapped[str] = mapped_column(default="")
    category: Mapped[str]
    image: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    custom_made: Mapped[bool] = mapped_column(default=False)
    unit_price: Mapped[int]
    quantity: Mapped[int]
    discount: Mapped[int] = mapped_column(default=0)
    paid: Mapped[int]
    quantity_shipped: Mapped[int] = mapped_column(default=0)
    quantity_cancelled: Mapped[int] = mapped_column(default=0)
    quantity_cancelled_unshipped: Mapped[int] = mapped_column(default=0)
    quantity_returned: Mapped[int] = mapped_column(default=0)
    quantity_held: Mapped[int] = mapped_column(default=0)
    refunded: Mapped[int] = mapped_column(default=0)

    order: Mapped[Order] = relationship(back_populates="lines")

    @property
    def quantity_unshipped(self) -> int:
        """Units that are still to be shipped, held ones among them."""
        return self.quantity - self.quantity_shipped - self.quantity_cancelled_unshipped

    @property
    def quantity_live(self) -> int:
        """Units that nobody has cancelled."""
        return self.quantity - self.quantity_cancelled


class Payment(Base):
    """Money captured for an order by one tender.

    Attributes:
        payment_no: Our number for it; the refund gateway is asked by it.
        tender: ``wechat``, ``alipay``, ``unionpay``, ``balance``, ``coupon`` or ``points``.
        reference: The payment's number at the tender; repeated, it is the same payment.
        refunded_pending: On its way back; with ``refunded_succeeded`` never above ``captured``.
        forfeited: Of a coupon or points that do not come back by rule; it counts as used up.
    """

    __tablename__ = "payment"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "tender", "reference"),
        sa.Index("ix_payment_reference", "reference"),
        sa.CheckConstraint("captured > 0", name="captured_positive"),
        sa.CheckConstraint(
            "refunded_pending >= 0 AND refunded_succeeded >= 0"
            " AND captured >= refunded_pending + refunded_succeeded",
            name="never_refunded_beyond_captured",
        ),
        sa.CheckConstraint(
            "forfeited >= 0 AND captured >= refunded_pending + refunded_succeeded + forfeited",
            name="used_up_within_captured",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    payment_no: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer_order.id"))
    tender: Mapped[str]
    reference: Mapped[str]
    currency: Mapped[str] = mapped_column(default="CNY")
    captured: Mapped[int]
    refunded_pending: Mapped[int] = mapped_column(default=0)
    refunded_succeeded: Mapped[int] = mapped_column(default=0)
    forfeited: Mapped[int] = mapped_column(default=0, server_default="0")
    captured_at: Mapped[dt.datetime]

    order: Mapped[Order] = relationship(back_populates="payments")

    @property
    def refundable(self) -> int:
        """What may still be given back of it."""
        return self.captured - self.refunded_pending - self.refunded_succeeded - self.forfeited


class FulfilmentHold(Base):
    """An open case keeps units of a line from being shipped."""

    __tablename__ = "fulfilment_hold"
    __table_args__ = (sa.CheckConstraint("quantity > 0", name="quantity_positive"),)

    line_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("order_line.id"), primary_key=True)
    case_no: Mapped[str] = mapped_column(primary_key=True, index=True)
    quantity: Mapped[int]
    placed_at: Mapped[dt.datetime]


searchable(Order)
