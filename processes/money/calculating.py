"""What cancelling units of an order gives back, from its counters and its earlier refunds."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.money.arithmetic import (
    Figure,
    RefundFigures,
    Step,
    freight_refund,
    line_refund,
    total_refund,
)
from processes.money.tables import Refund, RefundLine
from processes.orders.tables import Order, Payment


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
    """A refund that could be prepared: its figures, its lines, the payments that it can use."""

    figures: RefundFigures
    lines: tuple[LineShare, ...]
    payments: tuple[Payment, ...]


def calculate(
    session: Session,
    order: Order,
    units: Mapping[uuid.UUID, int],
    *,
    uncancelled: Mapping[uuid.UUID, int],
    seller_at_fault: bool,
    borne_freight: int = 0,
) -> Calculation:
    """Work out a refund.

    Args:
        session: The caller's transaction; to prepare a refund, with the order locked.
        order: With its lines.
        units: How many units of each line are to be refunded.
        uncancelled: How many of those the order's counters don't yet count as cancelled.
        seller_at_fault: Then all freight is given back.
        borne_freight: Carriage that the buyer bears.
    """
    earlier = {
        line_id: (int(quantity), int(amount))
        for line_id, quantity, amount in session.execute(
            sa.select(
                RefundLine.order_line_id, sa.func.sum(RefundLine.quantity), sa.func.sum(RefundLine.amount)
            )
            .where(RefundLine.order_line_id.in_(list(units)))
            .group_by(RefundLine.order_line_id)
        )
    }
    shares = []
    for line in order.lines:
        if line.id not in units:
            continue
        done, refunded = earlier.get(line.id, (0, 0))
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
    figures = total_refund(
        lines=[share.figure for share in shares],
        freight=_freight(session, order, uncancelled, seller_at_fault),
        borne_freight=borne_freight,
    )
    payments = tuple(
        session.scalars(
            sa.select(Payment)
            .where(Payment.order_id == order.id)
            .order_by(Payment.captured_at, Payment.payment_no)
            .execution_options(populate_existing=True)
        )
    )
    figures = _capped(figures, sum(payment.refundable for payment in payments))
    return Calculation(figures=figures, lines=tuple(shares), payments=payments)


def _freight(
    session: Session, order: Order, uncancelled: Mapping[uuid.UUID, int], seller_at_fault: bool
) -> Figure:
    if not order.freight:
        return Figure(amount=0, steps=())
    refunded = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Refund.freight), 0)).where(Refund.order_id == order.id)
    )
    return freight_refund(
        freight=order.freight,
        refunded=int(refunded or 0),
        nothing_shipped=all(line.quantity_shipped == 0 for line in order.lines),
        last_live_line=all(line.quantity_live <= uncancelled.get(line.id, 0) for line in order.lines),
        seller_at_fault=seller_at_fault,
    )


def _capped(figures: RefundFigures, left: int) -> RefundFigures:
    """Never more than is left of what was captured: an unpaid order gives back nothing."""
    if figures.amount <= left:
        return figures
    step = Step(
        code="capped",
        formula="min(amount, captured − succeeded − pending)",
        params={"amount": figures.amount, "left": left},
        amount=left - figures.amount,
    )
    return RefundFigures(
        amount=left,
        goods=figures.goods,
        freight=figures.freight,
        deducted=figures.deducted + figures.amount - left,
        steps=(*figures.steps, step),
    )
