"""Reading orders: a buyer's, a shop's, and one order as somebody may see it.

A page has ``PAGE_SIZE`` rows and begins where the one before it ended, and counts stop at
``COUNT_LIMIT``, so that a request costs the same however many orders there are.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.actors import Actor
from processes.orders.errors import OrderNotFound
from processes.orders.rules import OrderState
from processes.orders.searching import matches
from processes.orders.tables import Order
from processes.paging import older, token_of

PAGE_SIZE = 20
COUNT_LIMIT = 1000
"""A page says "999+" for this many or more."""

STAFF_GROUPS = frozenset({"platform", "platform_senior", "operator"})


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    """Some of a list of orders, the newest first; ``next`` asks for what follows, None if nothing does."""

    orders: list[Order]
    next: str | None


def my_orders(
    session: Session, buyer_id: uuid.UUID, *, search: str = "", state: str = "", after: str | None = None
) -> OrderPage:
    """Return a page of a buyer's orders with their lines and shops.

    Args:
        session: The caller's transaction.
        buyer_id: The buyer's account.
        search: Part of an order number, a title, a receiver's or a shop's name; empty for all.
        state: An ``OrderState``; empty or unknown for all.
        after: ``next`` of the page before; anything else starts at the beginning.
    """
    return _page(session, Order.buyer_id == buyer_id, search, state, after)


def shop_orders(
    session: Session,
    shop_ids: list[uuid.UUID],
    *,
    search: str = "",
    state: str = "",
    after: str | None = None,
) -> OrderPage:
    """Return a page of the orders of the shops that somebody works for; see :func:`my_orders`."""
    return _page(session, Order.shop_id.in_(shop_ids), search, state, after)


def counts_for_buyer(session: Session, buyer_id: uuid.UUID) -> dict[str, int]:
    """Return how many orders a buyer has in each state, each up to ``COUNT_LIMIT``."""
    return _counts(session, Order.buyer_id == buyer_id)


def counts_for_shops(session: Session, shop_ids: list[uuid.UUID]) -> dict[str, int]:
    """Return how many orders shops have in each state, each up to ``COUNT_LIMIT``."""
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


def _page(
    session: Session, mine: sa.ColumnElement[bool], search: str, state: str, after: str | None
) -> OrderPage:
    query = (
        sa.select(Order)
        .where(mine, older(after, Order.placed_at, Order.id))
        .options(selectinload(Order.lines), joinedload(Order.shop), joinedload(Order.buyer))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if state in tuple(OrderState):
        query = query.where(Order.state == state)
    if words := search.strip():
        query = query.where(matches(words))
    found = list(session.scalars(query))
    shown = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return OrderPage(orders=shown, next=token_of(shown[-1].placed_at, shown[-1].id) if more else None)


def _counts(session: Session, mine: sa.ColumnElement[bool]) -> dict[str, int]:
    """Count by walking each state's part of an index, and no further than the limit."""
    counted = []
    for state in OrderState:
        some = sa.select(sa.literal(1)).where(mine, Order.state == state).limit(COUNT_LIMIT).subquery()
        number = sa.select(sa.func.count()).select_from(some).scalar_subquery()
        counted.append(number.label(state.value))
    row = session.execute(sa.select(*counted)).one()
    return {state: number for state, number in row._asdict().items() if number}
