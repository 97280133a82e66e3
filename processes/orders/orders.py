"""Finding an order, and what its counters make of its state."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from processes.orders.errors import OrderNotFound
from processes.orders.rules import LineCounts, OrderState, derive_state
from processes.orders.tables import Order


def find_order(session: Session, order_no: str, *, lock: bool = False) -> Order:
    """Return an order with its lines.

    Args:
        session: The caller's transaction.
        order_no: The number that people read.
        lock: Keep others from changing it until the transaction ends. Whatever changes
            counters of an order locks it first, so that no two do at once. A step of a
            process locks its instance before an order: whoever wants both, does so too.

    Raises:
        OrderNotFound: There is none.
    """
    return _one(session, Order.order_no == order_no, lock)


def order_by_id(session: Session, order_id: uuid.UUID, *, lock: bool = False) -> Order:
    """Return an order by its id; see :func:`find_order`."""
    return _one(session, Order.id == order_id, lock)


def _one(session: Session, condition: sa.ColumnElement[bool], lock: bool) -> Order:
    query = sa.select(Order).where(condition).options(selectinload(Order.lines))
    if lock:
        session.flush()
        query = query.with_for_update(of=Order, key_share=True).execution_options(populate_existing=True)
    order = session.scalar(query)
    if order is None:
        raise OrderNotFound
    return order


def refresh_state(order: Order, now: dt.datetime) -> OrderState:
    """Set an order's state to what its counters amount to, and return it."""
    state = derive_state(
        (
            LineCounts(
                quantity=line.quantity,
                shipped=line.quantity_shipped,
                cancelled=line.quantity_cancelled,
                cancelled_unshipped=line.quantity_cancelled_unshipped,
            )
            for line in order.lines
        ),
        paid=order.paid_at is not None,
        picking=order.picking_at is not None,
        delivered=order.delivered_at is not None,
        completed=order.completed_at is not None,
    )
    if state is OrderState.CANCELLED and order.cancelled_at is None:
        order.cancelled_at = now
    order.state = state
    return state


def start_picking(session: Session, order: Order, now: dt.datetime) -> None:
    """The shop takes a paid order's goods from the shelf; repeated, it does nothing."""
    if order.picking_at is None:
        order.picking_at = now
    refresh_state(order, now)
    session.flush()


def complete(session: Session, order: Order, now: dt.datetime) -> None:
    """The buyer confirms what was delivered, or time has done so; repeated, it does nothing."""
    if order.completed_at is None:
        order.completed_at = now
    refresh_state(order, now)
    session.flush()
