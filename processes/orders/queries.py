"""Reading orders: a buyer's, a shop's, and one order as somebody may see it.

Lists are bounded: a page has ``PAGE_SIZE`` rows and the last page is ``PAGE_LIMIT``, so that
a request costs the same however many orders there are. Searching narrows further.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.actors import Actor
from processes.orders.errors import OrderNotFound
from processes.orders.rules import OrderState
from processes.orders.tables import Order, OrderLine

PAGE_SIZE = 20
PAGE_LIMIT = 100

STAFF_GROUPS = frozenset({"platform", "platform_senior", "operator"})


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    """Some of a list of orders, the newest first."""

    orders: list[Order]
    page: int
    has_next: bool


def my_orders(
    session: Session, buyer_id: uuid.UUID, *, search: str = "", state: str = "", page: int = 1
) -> OrderPage:
    """Return a page of a buyer's orders with their lines and shops.

    Args:
        session: The caller's transaction.
        buyer_id: The buyer's account.
        search: Part of an order number, a title or a shop's name; empty for all.
        state: An ``OrderState``; empty or unknown for all.
        page: From 1.
    """
    return _page(session, Order.buyer_id == buyer_id, search, state, page)


def shop_orders(
    session: Session, shop_ids: list[uuid.UUID], *, search: str = "", state: str = "", page: int = 1
) -> OrderPage:
    """Return a page of the orders of the shops that somebody works for; see :func:`my_orders`."""
    return _page(session, Order.shop_id.in_(shop_ids), search, state, page)


def counts_for_buyer(session: Session, buyer_id: uuid.UUID) -> dict[str, int]:
    """Return how many orders a buyer has in each state."""
    return _counts(session, Order.buyer_id == buyer_id)


def counts_for_shops(session: Session, shop_ids: list[uuid.UUID]) -> dict[str, int]:
    """Return how many orders shops have in each state."""
    return _counts(session, Order.shop_id.in_(shop_ids))


def order_view(session: Session, order_no: str, actor: Actor) -> Order:
    """Return an order with lines, payments, shop and buyer, if the actor may see it.

    Raises:
        OrderNotFound: There is none, or it is somebody else's; the two look the same.
    """
    order = session.scalar(
        sa.select(Order)
        .where(Order.order_no == order_no)
        .options(
            selectinload(Order.lines),
            selectinload(Order.payments),
            joinedload(Order.shop),
            joinedload(Order.buyer),
        )
    )
    if order is None or not (_parties(order) | STAFF_GROUPS) & actor.groups:
        raise OrderNotFound
    return order


def _parties(order: Order) -> frozenset[str]:
    return frozenset({f"buyer:{order.buyer_id}", f"shop:{order.shop_id}"})


def _page(session: Session, mine: sa.ColumnElement[bool], search: str, state: str, page: int) -> OrderPage:
    number = min(max(page, 1), PAGE_LIMIT)
    query = (
        sa.select(Order)
        .where(mine)
        .options(selectinload(Order.lines), joinedload(Order.shop), joinedload(Order.buyer))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(PAGE_SIZE + 1)
        .offset((number - 1) * PAGE_SIZE)
    )
    if state in tuple(OrderState):
        query = query.where(Order.state == state)
    if words := search.strip():
        titles = sa.select(OrderLine.id).where(
            OrderLine.order_id == Order.id, OrderLine.title.icontains(words, autoescape=True)
        )
        query = query.where(
            sa.or_(
                Order.order_no.icontains(words, autoescape=True),
                titles.exists(),
                Order.receiver["name"].astext.icontains(words, autoescape=True),
                Order.shop.has(name=words),
            )
        )
    found = list(session.scalars(query))
    return OrderPage(
        orders=found[:PAGE_SIZE], page=number, has_next=len(found) > PAGE_SIZE and number < PAGE_LIMIT
    )


def _counts(session: Session, mine: sa.ColumnElement[bool]) -> dict[str, int]:
    rows = session.execute(sa.select(Order.state, sa.func.count()).where(mine).group_by(Order.state))
    return {row[0]: row[1] for row in rows}
