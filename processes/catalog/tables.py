"""Tables of shops, what they list, and the stock they keep of it.

No rule lives here beyond what the database itself must hold.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.append_only import append_only


class Shop(Base):
    """A shop on the marketplace.

    Attributes:
        slug: Short name for imports and addresses, unique.
        name: What people read.
        return_address: ``{"name", "phone", "address"}``; copied into each return, so that a
            later change leaves old returns as they were.
        api_token_hash: SHA-256 (hex) of the bearer token of the HTTP API; the token itself
            is random and long, shown once and stored nowhere.
        tender_order: Names of tenders, separated by commas, in the order in which refunds use
            them up; empty for in proportion, None for what the platform has set.
        closed_at: When the shop's account was closed; what it bears from then on the platform lays out.
        demo: Made by the demo data; production refuses to start with such shops.
    """

    __tablename__ = "shop"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    return_address: Mapped[dict[str, Any]] = mapped_column(default=dict)
    api_token_hash: Mapped[str | None] = mapped_column(unique=True)
    tender_order: Mapped[str | None]
    closed_at: Mapped[dt.datetime | None]
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]


class Listing(Base):
    """Something that a shop offers; an order keeps a copy of it as it was when ordered.

    Attributes:
        code: The shop's own number for it.
        category: For rules, such as ``apparel``; see ``processes.catalog.rules``.
        custom_made: Made to the buyer's order, so that a refusal may name it.
        active: False once it is no longer offered.
    """

    __tablename__ = "listing"
    __table_args__ = (sa.UniqueConstraint("shop_id", "code"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"))
    code: Mapped[str]
    title: Mapped[str]
    category: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    image: Mapped[str] = mapped_column(default="")
    custom_made: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime]

    shop: Mapped[Shop] = relationship()
    variants: Mapped[list[Variant]] = relationship(back_populates="listing")


class Variant(Base):
    """One kind of a listing that can be ordered: a colour and a size, with its price.

    Attributes:
        sku: The shop's stock keeping unit.
        name: What people read, such as ``黑色 / 42``; empty if there is only one kind.
        price: Minor units of ``currency``.
    """

    __tablename__ = "variant"
    __table_args__ = (
        sa.UniqueConstraint("shop_id", "sku"),
        sa.CheckConstraint("price >= 0", name="price_not_negative"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"))
    listing_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("listing.id"), index=True)
    sku: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(default="CNY")

    listing: Mapped[Listing] = relationship(back_populates="variants")
    stock: Mapped[StockItem] = relationship(back_populates="variant", uselist=False)


class StockItem(Base):
    """How many units of a variant a shop has, as counters.

    Attributes:
        on_hand: Units fit for sale in the warehouse, the reserved ones among them.
        reserved: Units promised to orders that have not shipped; may exceed ``on_hand`` when
            a shop has oversold.
        quarantine: Units set aside as damaged or faulty.
        inspect: Units that came back and wait to be looked at.
    """

    __tablename__ = "stock_item"
    __table_args__ = (
        sa.Index(
            "ix_stock_item_set_aside",
            "variant_id",
            postgresql_where=sa.text("quarantine > 0 OR inspect > 0"),
        ),
        sa.CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        sa.CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        sa.CheckConstraint("quarantine >= 0", name="quarantine_not_negative"),
        sa.CheckConstraint("inspect >= 0", name="inspect_not_negative"),
    )

    variant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("variant.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    quarantine: Mapped[int] = mapped_column(default=0)
    inspect: Mapped[int] = mapped_column(default=0)

    variant: Mapped[Variant] = relationship(back_populates="stock")

    @property
    def available(self) -> int:
        """Units that can still be promised; negative when oversold."""
        return self.on_hand - self.reserved


class StockMovement(Base):
    """One change of a stock item, appended and never altered.

    Attributes:
        kind: See ``processes.catalog.stock.Treatment`` and the movements of an order.
        reference: What the movement is for, unique: the same movement asked for twice
            happens once.
        actor_id: The person who ordered it by hand; empty for what follows from a case or an order.
        note: Why he did.
    """

    __tablename__ = "stock_movement"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    variant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("stock_item.variant_id"), index=True)
    kind: Mapped[str]
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    quarantine: Mapped[int] = mapped_column(default=0)
    inspect: Mapped[int] = mapped_column(default=0)
    reference: Mapped[str] = mapped_column(unique=True)
    at: Mapped[dt.datetime]
    actor_id: Mapped[str] = mapped_column(default="", server_default="")
    actor_name: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")


append_only(StockMovement)
