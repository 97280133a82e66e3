"""What has come of the parcels that a case wanted stopped, once each of them is answered for."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine.values import JSON
from processes.cases.tables import CaseLine
from processes.shipping.rules import granted_units
from processes.shipping.tables import Interception, ShipmentLine


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What has come of the parcels that a case wanted stopped.

    Attributes:
        granted: The case grants units: that were stopped, or never left.
        stopped: Parcels come back.
    """

    granted: bool
    stopped: bool

    def as_json(self) -> dict[str, JSON]:
        """The result as the diagrams see it."""
        return {"intercepted": self.granted, "stopped": self.stopped}


def conclude_interception(session: Session, case_no: str, *, now: dt.datetime) -> Conclusion | None:
    """Conclude what a case has asked for, once each of its parcels is answered for.

    The case grants the units that were stopped, and those that never left; the others reach the
    buyer, who can send them back.

    Returns:
        What has come of them; None while a parcel is still to be answered for.
    """
    rows = session.scalars(sa.select(Interception).where(Interception.case_no == case_no)).all()
    if any(one.intercepted is None for one in rows):
        return None
    for one in rows:
        one.concluded_at = one.concluded_at or now
    session.flush()
    lines = session.scalars(
        sa.select(CaseLine).where(CaseLine.case_no == case_no).options(joinedload(CaseLine.order_line))
    ).all()
    stopped = stopped_units(session, case_no)
    granted = {
        line: granted_units(
            asked=line.quantity,
            stopped=stopped.get(line.order_line_id, 0),
            unshipped=line.order_line.quantity_unshipped,
        )
        for line in lines
    }
    any_stopped = any(one.intercepted for one in rows)
    if not any(granted.values()):
        return Conclusion(granted=any_stopped, stopped=any_stopped)
    for line, units in granted.items():
        line.accepted = units if units < line.quantity else line.accepted
    session.flush()
    return Conclusion(granted=True, stopped=any_stopped)


def stopped_units(session: Session, case_no: str) -> dict[uuid.UUID, int]:
    """Return how many units of each order line were stopped on their way for a case."""
    rows = session.execute(
        sa.select(ShipmentLine.order_line_id, sa.func.sum(ShipmentLine.quantity))
        .join(Interception, Interception.shipment_id == ShipmentLine.shipment_id)
        .where(Interception.case_no == case_no, Interception.intercepted.is_(True))
        .group_by(ShipmentLine.order_line_id)
    )
    return {line_id: int(units) for line_id, units in rows}
