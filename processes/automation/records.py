"""Reading a buyer's record within a statement that reads other things, too."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from processes.automation.rules import COUNT_MAXIMUM, WINDOW, BuyerRecord
from processes.cases.rules import Initiator, Outcome
from processes.cases.tables import CancellationCase
from processes.orders.rules import OrderState
from processes.orders.tables import Order

_NOT_KEPT = (OrderState.UNPAID, OrderState.CANCELLED)
_DISPROVED = (Outcome.RULED_FOR_SELLER, Outcome.RETURN_REJECTED)


def record_columns(buyer_id: uuid.UUID, now: dt.datetime) -> list[sa.ColumnElement[Any]]:
    """The columns from which :func:`record_of` makes a buyer's record."""
    since = now - WINDOW
    orders = (
        sa.select(Order.id)
        .where(Order.buyer_id == buyer_id, Order.placed_at >= since, Order.state.not_in(_NOT_KEPT))
        .limit(COUNT_MAXIMUM)
        .subquery()
    )
    case = CancellationCase
    cases = (
        sa.select(case.outcome)
        .where(case.buyer_id == buyer_id, case.opened_at >= since, case.initiator == Initiator.BUYER)
        .order_by(case.opened_at.desc())
        .limit(COUNT_MAXIMUM)
        .subquery()
    )
    count = sa.func.count
    return [
        sa.select(count()).select_from(orders).scalar_subquery().label("buyer_orders"),
        sa.select(count()).select_from(cases).scalar_subquery().label("buyer_cases"),
        sa.select(count().filter(cases.c.outcome.in_(_DISPROVED)))
        .select_from(cases)
        .scalar_subquery()
        .label("buyer_disproved"),
    ]


def record_of(row: Any) -> BuyerRecord:
    """The record in a row that was read with :func:`record_columns`."""
    return BuyerRecord(orders=row.buyer_orders, cases=row.buyer_cases, disproved=row.buyer_disproved)
