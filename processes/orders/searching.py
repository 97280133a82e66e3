"""What orders are searched by: their number, goods, receiver and shop, in one indexed text of each order.

It is written when an order is placed, and nothing of it changes afterwards. Orders from before there
was such a text get theirs from a worker, a batch at a time; until then no search finds them.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.searching import contains
from processes.orders.tables import Order

BATCH = 500


def search_text(order: Order) -> str:
    """Return what an order is found by, in lower case."""
    goods = (f"{line.title} {line.variant} {line.sku}" for line in order.lines)
    receiver = str(order.receiver.get("name", ""))
    return " ".join((order.order_no, receiver, order.shop.name, *goods)).lower()


def matches(words: str) -> sa.ColumnElement[bool]:
    """An order whose number, goods, receiver or shop has some words in it."""
    return contains(Order.search_text, words.lower())


def make_searchable(session: Session) -> bool:
    """Write the texts of some orders that have none yet.

    Returns:
        Whether there may be more to do at once.
    """
    orders = session.scalars(
        sa.select(Order)
        .where(Order.search_text == sa.literal_column("''"))
        .order_by(Order.id)
        .limit(BATCH)
        .with_for_update(of=Order, skip_locked=True)
        .options(selectinload(Order.lines), joinedload(Order.shop))
    ).all()
    for order in orders:
        order.search_text = search_text(order)
    session.flush()
    return len(orders) == BATCH
