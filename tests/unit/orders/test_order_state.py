"""An order's state follows from its counters."""

from __future__ import annotations

import pytest

from processes.orders.rules import LineCounts, OrderState, derive_state


def line(quantity: int, shipped: int = 0, cancelled: int = 0, unshipped: int | None = None) -> LineCounts:
    return LineCounts(
        quantity=quantity,
        shipped=shipped,
        cancelled=cancelled,
        cancelled_unshipped=cancelled if unshipped is None else unshipped,
    )


@pytest.mark.parametrize(
    ("lines", "facts", "expected"),
    [
        ([line(1)], "", OrderState.UNPAID),
        ([line(1)], "paid", OrderState.PAID),
        ([line(1)], "paid picking", OrderState.PICKING),
        ([line(2, shipped=1)], "paid picking", OrderState.PARTLY_SHIPPED),
        ([line(1, shipped=1), line(1)], "paid", OrderState.PARTLY_SHIPPED),
        ([line(2, shipped=1, cancelled=1)], "paid", OrderState.SHIPPED),
        ([line(1, shipped=1)], "", OrderState.SHIPPED),
        ([line(1, shipped=1)], "paid delivered", OrderState.DELIVERED),
        ([line(1, shipped=1)], "paid delivered completed", OrderState.COMPLETED),
        ([line(2, shipped=2, cancelled=1, unshipped=0)], "paid delivered", OrderState.DELIVERED),
        ([line(1, cancelled=1), line(2)], "paid", OrderState.PAID),
        ([line(1, cancelled=1)], "", OrderState.CANCELLED),
        ([line(1, shipped=1, cancelled=1, unshipped=0)], "paid delivered completed", OrderState.CANCELLED),
    ],
)
def test_the_state_follows_from_the_counters(
    lines: list[LineCounts], facts: str, expected: OrderState
) -> None:
    state = derive_state(
        lines,
        paid="paid" in facts,
        picking="picking" in facts,
        delivered="delivered" in facts,
        completed="completed" in facts,
    )
    assert state is expected
