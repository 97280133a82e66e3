"""Counting units as cancelled. Whether that may be, and what is refunded, is decided elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from processes.orders.errors import UnitsExceeded
from processes.orders.orders import order_by_id, refresh_state
from processes.orders.tables import OrderLine


@dataclass(frozen=True, kw_only=True)
class CancelledUnits:
    """How many of the cancelled units had left the shop, and how many had not."""

    unshipped: int
    shipped: int


def cancel_units(
    session: Session,
    line: OrderLine,
    quantity: int,
    *,
    now: dt.datetime,
    shipped_first: bool = False,
    stopped: int | None = None,
) -> CancelledUnits:
    """Cancel units of a line and refresh the order's state.

    Args:
        session: The caller's transaction; the order is locked here.
        line: Of which units are cancelled.
        quantity: How many more.
        now: When.
        shipped_first: A case about goods that arrived, or didn't, cancels units that were
            shipped; any other cancels those that were not.
        stopped: How many come back as they were stopped on their way: these first, and then
            those that were not shipped. None if nothing was.

    Raises:
        UnitsExceeded: Fewer units are left.
    """
    order = order_by_id(session, line.order_id, lock=True)
    if quantity > line.quantity_live:
        raise UnitsExceeded(available=line.quantity_live, line_no=line.line_no, asked=quantity)
    live_shipped = line.quantity_live - line.quantity_unshipped
    if stopped is not None:
        shipped = min(quantity, live_shipped, max(stopped, quantity - line.quantity_unshipped))
    else:
        shipped = min(quantity, live_shipped) if shipped_first else max(0, quantity - line.quantity_unshipped)
    line.quantity_cancelled += quantity
    line.quantity_cancelled_unshipped += quantity - shipped
    refresh_state(order, now)
    session.flush()
    return CancelledUnits(unshipped=quantity - shipped, shipped=shipped)


def return_units(session: Session, line: OrderLine, quantity: int) -> None:
    """Count shipped units as come back.

    Raises:
        UnitsExceeded: Fewer have been shipped.
    """
    order_by_id(session, line.order_id, lock=True)
    left = line.quantity_shipped - line.quantity_returned
    if quantity > left:
        raise UnitsExceeded(available=left, line_no=line.line_no, asked=quantity)
    line.quantity_returned += quantity
    session.flush()
