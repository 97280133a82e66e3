"""A buyer's parcel that goes by another carrier or number than he had told: corrected, or sent anew."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.access import visible_case
from processes.cases.errors import CaseNotFound
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.returns.errors import NotCorrectable, ReturnNotFound
from processes.returns.sending import named, send_parcel
from processes.returns.tables import Return
from processes.shipping.case_shipments import rename_return_shipment
from processes.shipping.queries import came_back, scanned


def correct_return(
    session: Session, case_no: str, *, carrier: str, tracking_no: str, actor: Actor, now: dt.datetime
) -> Return:
    """Correct carrier and number of a parcel that no carrier has scanned; possible once.

    Of a parcel that couldn't be delivered and came back to the buyer, these are those under which he
    has sent the goods anew; that is possible each time.

    Args:
        session: The caller's transaction; the return is locked here.
        case_no: Whose return.
        carrier: The right one.
        tracking_no: The right one; the same as before changes nothing.
        actor: The buyer.
        now: When.

    Raises:
        CaseNotFound: There is none, or the actor isn't its buyer.
        ReturnNotFound: Nothing is on its way back.
        TrackingMissing: Carrier or number is empty.
        NotCorrectable: It was scanned, inspected, or corrected before.
        ShipmentConflict: The order has that parcel already.
    """
    case = visible_case(session, case_no, actor)
    if not actor.may_act_for(f"buyer:{case.buyer_id}"):
        raise CaseNotFound
    carrier, tracking_no = named(carrier, tracking_no)
    returned = session.scalar(
        sa.select(Return)
        .where(Return.case_no == case_no)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if returned is None or returned.sent_at is None:
        raise ReturnNotFound
    if (returned.carrier, returned.tracking_no) == (carrier, tracking_no):
        return returned
    if returned.inspected_at is not None or case.closed_at is not None:
        raise NotCorrectable(return_no=returned.return_no, because="inspected")
    anew = came_back(session, case.order_id, returned.carrier, returned.tracking_no)
    if anew:
        send_parcel(session, case, carrier=carrier, tracking_no=tracking_no, now=now)
    else:
        _rename(session, case, returned, carrier, tracking_no)
    record_event(
        session,
        case_no,
        "return_corrected",
        actor=actor,
        now=now,
        carrier=carrier,
        tracking_no=tracking_no,
        before=f"{returned.carrier} {returned.tracking_no}",
    )
    returned.carrier, returned.tracking_no = carrier, tracking_no
    returned.corrected_at = returned.corrected_at if anew else now
    session.flush()
    return returned


def may_correct(session: Session, case: CancellationCase, returned: Return) -> bool:
    """Whether carrier and number of a return can still be corrected."""
    if returned.sent_at is None or returned.inspected_at or case.closed_at:
        return False
    parcel = (case.order_id, returned.carrier, returned.tracking_no)
    return (returned.corrected_at is None and not scanned(session, *parcel)) or came_back(session, *parcel)


def _rename(
    session: Session, case: CancellationCase, returned: Return, carrier: str, tracking_no: str
) -> None:
    if returned.corrected_at is not None:
        raise NotCorrectable(return_no=returned.return_no, because="corrected")
    before, after = (returned.carrier, returned.tracking_no), (carrier, tracking_no)
    if not rename_return_shipment(session, order_id=case.order_id, before=before, after=after):
        raise NotCorrectable(return_no=returned.return_no, because="scanned")
