"""Settling a refund: once every part has succeeded, the order's counters say so."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.actors import Actor
from processes.cases.timeline import record_event
from processes.money.errors import RefundNotFound, RefundUnsettled
from processes.money.tables import Refund, RefundPart
from processes.orders.orders import order_by_id


def settle_refund(session: Session, refund_no: str, *, actor: Actor, now: dt.datetime) -> Refund:
    """Move a refund's reservation to what has been given back; repeated, it does nothing.

    Args:
        session: The caller's transaction; the order is locked here.
        refund_no: Which refund.
        actor: For the timeline.
        now: When it settles.

    Raises:
        RefundNotFound: There is no such refund.
        RefundUnsettled: A part has not succeeded.
    """
    order_id = session.scalar(sa.select(Refund.order_id).where(Refund.refund_no == refund_no))
    if order_id is None:
        raise RefundNotFound
    order = order_by_id(session, order_id, lock=True)
    refund = session.scalars(
        sa.select(Refund)
        .where(Refund.refund_no == refund_no)
        .options(
            selectinload(Refund.parts).options(joinedload(RefundPart.payment)), selectinload(Refund.lines)
        )
        .execution_options(populate_existing=True)
    ).one()
    if refund.status == "succeeded":
        return refund
    unsettled = [part.status for part in refund.parts if part.status != "succeeded"]
    if unsettled:
        raise RefundUnsettled(refund_no=refund_no, status=unsettled[0])
    for part in refund.parts:
        part.payment.refunded_pending -= part.amount
        part.payment.refunded_succeeded += part.amount
    lines = {line.id: line for line in order.lines}
    for share in refund.lines:
        lines[share.order_line_id].refunded += share.amount
    order.freight_refunded += refund.freight
    refund.status = "succeeded"
    refund.settled_at = now
    record_event(
        session,
        refund.case_no,
        "refund_settled",
        actor=actor,
        now=now,
        refund_no=refund_no,
        amount=refund.amount,
        currency=refund.currency,
    )
    session.flush()
    return refund
