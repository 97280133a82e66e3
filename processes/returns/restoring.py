"""Which units of a case are in the shop again, and in what condition, when its stock is settled."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase, CaseLine
from processes.orders.cancelling import return_units
from processes.returns.rules import Finding, Restored, restored
from processes.returns.sending import find_return
from processes.returns.tables import Return
from processes.shipping.rules import ShipmentState
from processes.shipping.tables import Interception, Shipment


def restored_units(session: Session, case: CancellationCase) -> dict[CaseLine, Restored]:
    """Return, for each line with units that had left, how many are in the shop again.

    By the inspections if there were any. Units that nobody has inspected are back if the shop
    let the time to inspect them pass, unless the carrier has lost them or brought them back to the
    buyer; or if it or the carrier said that the parcel was stopped.
    """
    lines = [line for line in case.lines if line.cancelled_shipped]
    if not lines:
        return {}
    returned = find_return(session, case)
    if returned is None or not returned.findings:
        whole = _back_as_a_whole(session, case, returned)
        return {line: whole(line.cancelled_shipped) for line in lines} if whole is not None else {}
    good: dict[object, int] = {}
    last: dict[object, Finding] = {}
    for one in returned.findings:
        good[one.order_line_id] = good.get(one.order_line_id, 0) + one.good
        last[one.order_line_id] = one.finding
    if returned.inspected_at is None and not _astray(session, case, returned):
        # The last parcel was never looked at: what isn't accepted from one before is in it.
        last = {line.order_line_id: Finding(unproven=line.cancelled_shipped) for line in lines}
    elif returned.inspected_at is None:
        last = {}
    return {
        line: restored(
            line.cancelled_shipped,
            good.get(line.order_line_id, 0),
            last.get(line.order_line_id, Finding()),
        )
        for line in lines
    }


def count_returned(session: Session, line: CaseLine, back: Restored) -> None:
    """Count units as come back, those apart that were counted when they were accepted."""
    ordered = line.order_line
    uncounted = back.bad + back.unseen
    if units := min(uncounted, ordered.quantity_shipped - ordered.quantity_returned):
        return_units(session, ordered, units)


def _back_as_a_whole(
    session: Session, case: CancellationCase, returned: Return | None
) -> Callable[[int], Restored] | None:
    """How units count of which nobody has counted any; None if they are not in the shop."""
    if returned is not None and returned.inspected_at is not None:
        # Inspected by a version that didn't count units line by line.
        return (lambda units: Restored(good=units)) if returned.accepted else None
    stopped = sa.select(sa.literal(1)).where(
        Interception.case_no == case.case_no, Interception.intercepted.is_not(False)
    )
    sent = returned is not None and returned.sent_at is not None
    if sent and returned is not None and _astray(session, case, returned):
        return None
    if sent or session.scalar(sa.select(stopped.exists())):
        return lambda units: Restored(unseen=units)
    return None


def _astray(session: Session, case: CancellationCase, returned: Return) -> bool:
    """Whether the parcel of a return is known not to have reached the shop."""
    parcel = sa.select(Shipment.id).where(
        Shipment.order_id == case.order_id,
        Shipment.carrier == returned.carrier,
        Shipment.tracking_no == returned.tracking_no,
        Shipment.state.in_((ShipmentState.LOST, ShipmentState.RETURNED)),
    )
    return bool(session.scalar(sa.select(parcel.exists())))
