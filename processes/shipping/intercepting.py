"""What came of stopping a case's parcels: known when each has been answered for, and not before."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.tables import CaseLine
from processes.shipping.tables import Interception, ShipmentLine


def conclude_interception(session: Session, case_no: str) -> bool | None:
    """Return whether goods of a case were stopped, or None while a parcel is still to be answered for.

    If some parcels were stopped and others not, the case grants the units of those that were,
    and of what never left: the others reach the buyer, who can ask about them again.

    Args:
        session: The caller's transaction.
        case_no: Which case.
    """
    rows = session.execute(
        sa.select(Interception.shipment_id, Interception.intercepted).where(Interception.case_no == case_no)
    )
    answers: dict[uuid.UUID, bool | None] = {row.shipment_id: row.intercepted for row in rows}
    if any(answer is None for answer in answers.values()):
        return None
    missed = [shipment_id for shipment_id, answer in answers.items() if not answer]
    if len(missed) == len(answers):
        return False
    if missed:
        _grant_stopped(session, case_no, missed)
    return True


def _grant_stopped(session: Session, case_no: str, missed: list[uuid.UUID]) -> None:
    rows = session.execute(
        sa.select(ShipmentLine.order_line_id, sa.func.sum(ShipmentLine.quantity).label("units"))
        .where(ShipmentLine.shipment_id.in_(missed))
        .group_by(ShipmentLine.order_line_id)
    )
    delivered = {row.order_line_id: int(row.units) for row in rows}
    for line in session.scalars(sa.select(CaseLine).where(CaseLine.case_no == case_no)):
        line.accepted = max(0, line.quantity - delivered.get(line.order_line_id, 0))
    session.flush()
