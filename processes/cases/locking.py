"""Locking the order of a case once a transaction, however many operations of a step need it."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from processes.orders.orders import order_by_id
from processes.orders.tables import Order

_LOCKED = "locked_orders"


def locked_order(session: Session, order_id: uuid.UUID) -> Order:
    """Return an order with its lines, locked until the transaction ends.

    What this transaction has locked nobody else can change, so that it isn't read again.

    Raises:
        OrderNotFound: There is none.
    """
    transaction, locked = session.info.get(_LOCKED, (None, {}))
    if transaction is session.get_transaction() and order_id in locked:
        order: Order = locked[order_id]
        return order
    order = order_by_id(session, order_id, lock=True)
    keep_locked(session, order)
    return order


def keep_locked(session: Session, order: Order) -> None:
    """Remember an order, loaded with its lines, that this transaction has locked by other means."""
    transaction, locked = session.info.get(_LOCKED, (None, {}))
    if transaction is not session.get_transaction():
        locked = {}
    session.info[_LOCKED] = (session.get_transaction(), locked | {order.id: order})
