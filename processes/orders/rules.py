"""What follows from an order's counters. Pure: the standard library and nothing else."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class OrderState(enum.StrEnum):
    """Where an order stands, as people read it."""

    UNPAID = "unpaid"
    PAID = "paid"
    PICKING = "picking"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


TENDERS = ("wechat", "alipay", "unionpay", "balance", "coupon", "points")


@dataclass(frozen=True, kw_only=True)
class LineCounts:
    """The counters of one order line that its order's state follows from."""

    quantity: int
    shipped: int
    cancelled: int
    cancelled_unshipped: int


def derive_state(
    lines: Iterable[LineCounts], *, paid: bool, picking: bool, delivered: bool, completed: bool
) -> OrderState:
    """Return the state that an order's counters and facts amount to.

    An order is cancelled once every unit is. While some units are still to be shipped, an
    order of which others have left is partly shipped. What has left, paid or not, is shipped.
    """
    counts = list(lines)
    if all(c.cancelled >= c.quantity for c in counts):
        return OrderState.CANCELLED
    shipped = sum(c.shipped for c in counts)
    if not paid and not shipped:
        return OrderState.UNPAID
    to_ship = sum(c.quantity - c.shipped - c.cancelled_unshipped for c in counts)
    if shipped and to_ship:
        return OrderState.PARTLY_SHIPPED
    if shipped:
        if completed:
            return OrderState.COMPLETED
        return OrderState.DELIVERED if delivered else OrderState.SHIPPED
    return OrderState.PICKING if picking else OrderState.PAID
