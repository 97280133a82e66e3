"""What cancelling units of an order gives back, from its counters and its earlier refunds."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase
from processes.money.arithmetic import (
    NO_CARRIAGE,
    Carriage,
    Figure,
    RefundFigures,
    freight_refund,
    line_refund,
    total_refund,
)
from processes.money.tables import Refund, RefundLine
from processes.orders.tables import Order, OrderLine, Payment
from processes.returns.tables import RefusedGoods


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What an order's refunds have come to so far, settled or not.

    Attributes:
        lines: Units and amount refunded of each line that has any.
        freight: Refunded of the order's freight.
        refundable: Left of its payments.
        left: Units of each line that the buyer left to the shop when it didn't accept them.
    """

    lines: Mapping[uuid.UUID, tuple[int, int]]
    freight: int
    refundable: int
    left: Mapping[uuid.UUID, int]


@dataclass(frozen=True, kw_only=True)
class LineShare:
    """What one line gives back, and what had been given back of it before."""

    line_id: uuid.UUID
    quantity: int
    done: int
    refunded: int
    figure: Figure


@dataclass(frozen=True, kw_only=True)
class Calculation:
    """A refund that could be prepared: its figures and its lines."""

    figures: RefundFigures
    lines: tuple[LineShare, ...]


def earlier_columns(order_id: uuid.UUID, line_ids: Iterable[uuid.UUID]) -> list[sa.ColumnElement[Any]]:
    """Columns that read an ``Earlier``, to be asked for along with others in one statement."""
    sums = (
        sa.select(
            RefundLine.order_line_id.label("line"),
            sa.func.sum(RefundLine.quantity).label("quantity"),
            sa.func.sum(RefundLine.amount).label("amount"),
        )
        .where(RefundLine.order_line_id.in_(list(line_ids)))
        .group_by(RefundLine.order_line_id)
        .subquery()
    )
    elements = (
        sa.func.jsonb_array_elements(RefusedGoods.lines)
        .table_valued(sa.column("value", JSONB))
        .lateral("element")
    )
    element = elements.c.value
    given_up = (
        sa.select(
            element["order_line_id"].as_string().label("line"),
            sa.func.sum(element["own"].as_integer()).label("units"),
        )
        .select_from(RefusedGoods)
        .join(CancellationCase, CancellationCase.case_no == RefusedGoods.case_no)
        .join(elements, sa.true())
        .where(CancellationCase.order_id == order_id, RefusedGoods.way == "leave")
        .group_by(sa.text("1"))
        .subquery()
    )
    left = Payment.captured - Payment.refunded_pending - Payment.refunded_succeeded - Payment.forfeited
    return [
        sa.select(
            sa.func.jsonb_object_agg(sums.c.line, sa.func.jsonb_build_array(sums.c.quantity, sums.c.amount))
        )
        .scalar_subquery()
        .label("refunded_lines"),
        sa.select(sa.func.coalesce(sa.func.sum(Refund.freight), 0))
        .where(Refund.order_id == order_id)
        .scalar_subquery()
        .label("refunded_freight"),
        sa.select(sa.func.coalesce(sa.func.sum(left), 0))
        .where(Payment.order_id == order_id)
        .scalar_subquery()
        .label("refundable"),
        sa.select(sa.func.jsonb_object_agg(given_up.c.line, given_up.c.units))
        .scalar_subquery()
        .label("units_given_up"),
    ]


def earlier_of(row: Any) -> Earlier:
    """Return the ``Earlier`` of a row that was read with :func:`earlier_columns`."""
    return Earlier(
        lines={
            uuid.UUID(line): (int(quantity), int(amount))
            for line, (quantity, amount) in (row.refunded_lines or {}).items()
        },
        freight=int(row.refunded_freight),
        refundable=int(row.refundable),
        left={uuid.UUID(line): int(units) for line, units in (row.units_given_up or {}).items()},
    )


def read_earlier(session: Session, order: Order, line_ids: Iterable[uuid.UUID]) -> Earlier:
    """Return what an order's refunds have come to; its lock keeps that from changing."""
    return earlier_of(session.execute(sa.select(*earlier_columns(order.id, line_ids))).one())


def units_left(line: OrderLine, earlier: Earlier) -> int:
    """How many units of a line can still be asked for: neither cancelled nor settled by a refund.

    Goods that a buyer keeps against a part of their price are not cancelled, but settled; and so are
    those that he left to the shop when it didn't accept them.
    """
    done, _ = earlier.lines.get(line.id, (0, 0))
    return max(0, min(line.quantity_live, line.quantity - done) - earlier.left.get(line.id, 0))


def calculate(
    order: Order,
    units: Mapping[uuid.UUID, int],
    earlier: Earlier,
    *,
    uncancelled: Mapping[uuid.UUID, int],
    seller_at_fault: bool,
    borne: Carriage = NO_CARRIAGE,
    agreed: int | None = None,
) -> Calculation:
    """Work out a refund.

    Args:
        order: With its lines; locked, if the refund is to be prepared.
        units: How many units of each line are to be refunded.
        earlier: What the order's refunds have come to so far.
        uncancelled: How many of the units the order's counters don't yet count as cancelled.
        seller_at_fault: Then all freight is given back.
        borne: Carriage that the buyer bears.
        agreed: What buyer and shop have agreed on; None if they haven't.
    """
    shares = []
    for line in order.lines:
        if line.id not in units:
            continue
        done, refunded = earlier.lines.get(line.id, (0, 0))
        figure = line_refund(
            paid=line.paid,
            quantity=line.quantity,
            done=done,
            refunded=refunded,
            cancel=units[line.id],
            line_no=line.line_no,
            title=line.title,
        )
        shares.append(
            LineShare(line_id=line.id, quantity=units[line.id], done=done, refunded=refunded, figure=figure)
        )
    freight = freight_refund(
        freight=order.freight,
        refunded=earlier.freight,
        nothing_shipped=all(line.quantity_shipped == 0 for line in order.lines),
        last_live_line=all(line.quantity_live <= uncancelled.get(line.id, 0) for line in order.lines),
        seller_at_fault=seller_at_fault,
    )
    figures = total_refund(
        lines=[share.figure for share in shares],
        freight=freight,
        borne=borne,
        left=earlier.refundable,
        agreed=agreed,
    )
    return Calculation(figures=figures, lines=tuple(shares))
