"""Goods of a case that travel back by carriage which the shop arranges, and so pays first.

Those are the parcels that were stopped for the case, and what the buyer sent by the shop's label. What
he sent by a carrier that he paid himself is his own affair until it is given back (``returns.carriage``).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase
from processes.money.arithmetic import Carriage
from processes.orders.tables import Order
from processes.returns.tables import Return
from processes.shipping.tables import Interception, ShipmentLine


def carriage_of(order: Order, units: int) -> Carriage:
    """Return the carriage of some units of an order."""
    return Carriage(freight=order.freight, units=units, ordered=sum(line.quantity for line in order.lines))


def carriage_by_shop(session: Session, case: CancellationCase, order: Order) -> Carriage:
    """Return the carriage back that the shop has arranged for a case; of no units if there was none."""
    stopped = (
        sa.select(sa.func.coalesce(sa.func.sum(ShipmentLine.quantity), 0))
        .join(Interception, Interception.shipment_id == ShipmentLine.shipment_id)
        .where(Interception.case_no == case.case_no, Interception.intercepted.is_(True))
        .scalar_subquery()
    )
    labelled = (
        sa.select(sa.func.coalesce(sa.func.sum(Return.labelled_units), 0))
        .where(Return.case_no == case.case_no)
        .scalar_subquery()
    )
    return carriage_of(order, int(session.scalar(sa.select(stopped + labelled)) or 0))
