"""Fulfilment holds: an open case keeps units from being shipped while it is decided."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.instances import lock_instances
from processes.orders.orders import order_by_id
from processes.orders.tables import FulfilmentHold, Order, OrderLine


def place_hold(
    session: Session, order: Order, case_no: str, units: Iterable[tuple[uuid.UUID, int]], *, now: dt.datetime
) -> bool:
    """Hold units of an order's lines for a case; all of them or none.

    Args:
        session: The caller's transaction.
        order: It is locked here.
        case_no: The case; the same one again changes nothing.
        units: Line ids and how many units of each.
        now: When it is placed.

    Returns:
        Whether the units are held. False if some have shipped: then the case must ask for
        an interception instead.
    """
    order = order_by_id(session, order.id, lock=True)
    if session.scalar(sa.select(FulfilmentHold.case_no).where(FulfilmentHold.case_no == case_no).limit(1)):
        return True
    lines = {line.id: line for line in order.lines}
    wanted = list(units)
    if any(lines[id_].quantity_unshipped - lines[id_].quantity_held < quantity for id_, quantity in wanted):
        return False
    for id_, quantity in wanted:
        lines[id_].quantity_held += quantity
        session.add(FulfilmentHold(line_id=id_, case_no=case_no, quantity=quantity, placed_at=now))
    session.flush()
    return True


def release_hold(session: Session, case_no: str) -> None:
    """Let go of what a case holds; if it holds nothing, nothing happens."""
    order_id = session.scalar(
        sa.select(OrderLine.order_id)
        .join(FulfilmentHold, FulfilmentHold.line_id == OrderLine.id)
        .where(FulfilmentHold.case_no == case_no)
        .limit(1)
    )
    if order_id is None:
        return
    lines = {line.id: line for line in order_by_id(session, order_id, lock=True).lines}
    released = session.execute(
        sa.delete(FulfilmentHold)
        .where(FulfilmentHold.case_no == case_no)
        .returning(FulfilmentHold.line_id, FulfilmentHold.quantity)
    )
    for line_id, quantity in released:
        lines[line_id].quantity_held -= quantity
    session.flush()


def lock_holding_cases(session: Session, order_id: uuid.UUID) -> None:
    """Lock the process instances of the cases that hold units of an order, before the order."""
    cases = (
        sa.select(FulfilmentHold.case_no)
        .join(OrderLine, OrderLine.id == FulfilmentHold.line_id)
        .where(OrderLine.order_id == order_id)
    )
    lock_instances(session, cases)


def holding_cases(session: Session, line_ids: Iterable[uuid.UUID]) -> list[FulfilmentHold]:
    """Return the holds on lines, the latest first."""
    return list(
        session.scalars(
            sa.select(FulfilmentHold)
            .where(FulfilmentHold.line_id.in_(list(line_ids)))
            .order_by(FulfilmentHold.placed_at.desc(), FulfilmentHold.case_no.desc())
        )
    )
