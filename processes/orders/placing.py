"""Placing an order: by the API, by an import, or by a shop's own system.

The same order sent again does nothing; another order under the same number is a conflict.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.catalog import stock
from processes.catalog.shops import Goods, ensure_variant
from processes.catalog.tables import Shop
from processes.money.arithmetic import allocate
from processes.orders.errors import CurrencyMixed, DiscountTooLarge, OrderConflict, OrderEmpty
from processes.orders.orders import refresh_state
from processes.orders.rules import OrderState
from processes.orders.searching import search_text
from processes.orders.tables import Order, OrderLine
from processes.people.accounts import ensure_buyer


@dataclass(frozen=True, kw_only=True)
class OrderedLine:
    """Goods and how many of them; the unit price is the goods'."""

    goods: Goods
    quantity: int


@dataclass(frozen=True, kw_only=True)
class PlaceOrder:
    """An order as it was placed.

    Attributes:
        discount: On the whole order, in minor units; it is shared out to the lines in
            proportion to their prices.
        freight: What the buyer pays for carriage, in minor units.
        promised_ship_by: When the shop promised to ship at the latest.
        promised_at: When delivery was promised at the latest.
    """

    order_no: str
    buyer_login: str
    buyer_name: str
    lines: Sequence[OrderedLine]
    placed_at: dt.datetime
    currency: str = "CNY"
    discount: int = 0
    freight: int = 0
    receiver: dict[str, str] = field(default_factory=dict)
    remark: str = ""
    promised_ship_by: dt.datetime | None = None
    promised_at: dt.datetime | None = None

    def content_hash(self) -> str:
        """Return a hash that two sendings of the same order share, whatever their zone."""
        values = dataclasses.asdict(self)
        values["lines"] = [dataclasses.asdict(line) for line in self.lines]
        text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=_instant)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Placed:
    """The order, and whether it had been placed before."""

    order: Order
    repeated: bool


def place_order(session: Session, shop: Shop, command: PlaceOrder, *, now: dt.datetime) -> Placed:
    """Place an order at a shop; goods and a buyer that are new are made with it.

    Raises:
        OrderConflict: Another order has that number, here or at another shop.
        OrderEmpty: It has no line.
        DiscountTooLarge: The discount is more than the goods cost.
        CurrencyMixed: Goods are priced in another currency than the order.
        CategoryUnknown: New goods name an unknown category.
        LoginTaken: The buyer's login belongs to somebody who isn't a buyer.
    """
    content_hash = command.content_hash()
    # Two transactions that place the same order wait for each other here, so that the
    # second finds the first's row.
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(command.order_no, 0))))
    existing = session.scalar(sa.select(Order).where(Order.order_no == command.order_no))
    if existing is not None:
        if existing.shop_id == shop.id and existing.content_hash == content_hash:
            return Placed(order=existing, repeated=True)
        raise OrderConflict(order_no=command.order_no)
    if not command.lines:
        raise OrderEmpty
    gross = [line.goods.price * line.quantity for line in command.lines]
    if command.discount > sum(gross):
        raise DiscountTooLarge(discount=command.discount, goods=sum(gross))
    buyer = ensure_buyer(session, command.buyer_login, command.buyer_name, now=now)
    order = Order(
        order_no=command.order_no,
        shop=shop,
        buyer=buyer,
        content_hash=content_hash,
        currency=command.currency,
        freight=command.freight,
        discount=command.discount,
        total=sum(gross) - command.discount + command.freight,
        receiver=command.receiver,
        remark=command.remark,
        placed_at=command.placed_at,
        promised_ship_by=command.promised_ship_by,
        promised_at=command.promised_at,
        state=OrderState.UNPAID,
    )
    shares = allocate(command.discount, gross) if command.discount else [0] * len(gross)
    for number, (line, share) in enumerate(zip(command.lines, shares, strict=True), start=1):
        order.lines.append(_line(session, order, shop, number, line, share, now))
    order.search_text = search_text(order)
    session.add(order)
    if order.total == 0:
        order.paid_at = command.placed_at
    session.flush()
    refresh_state(order, now)
    for ordered in sorted(order.lines, key=lambda line: line.variant_id):
        reference = f"order:{order.order_no}:{ordered.line_no}"
        stock.reserve(session, ordered.variant_id, ordered.quantity, reference=reference, now=now)
    return Placed(order=order, repeated=False)


def _line(
    session: Session,
    order: Order,
    shop: Shop,
    number: int,
    line: OrderedLine,
    discount: int,
    now: dt.datetime,
) -> OrderLine:
    goods = line.goods
    if goods.currency != order.currency:
        raise CurrencyMixed(currency=order.currency, other=goods.currency)
    with session.no_autoflush:
        variant = ensure_variant(session, shop, goods, now=now)
    return OrderLine(
        line_no=number,
        listing_id=variant.listing_id,
        variant_id=variant.id,
        title=goods.title,
        sku=goods.sku,
        variant=goods.variant,
        category=goods.category,
        image=goods.image,
        description=goods.description,
        custom_made=goods.custom_made,
        unit_price=goods.price,
        quantity=line.quantity,
        discount=discount,
        paid=goods.price * line.quantity - discount,
        quantity_shipped=0,
        quantity_cancelled=0,
        quantity_cancelled_unshipped=0,
        quantity_returned=0,
        quantity_held=0,
        refunded=0,
    )


def _instant(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an order")
