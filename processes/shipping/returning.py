"""What follows from news of a parcel on its way back to the shop: who is told, and what its case hears."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.tables import CancellationCase
from processes.notifications.sending import notify
from processes.ports import ProcessEngine
from processes.shipping.rules import ShipmentState
from processes.shipping.tables import Shipment

TOLD: dict[ShipmentState, tuple[str, tuple[str, ...]]] = {
    ShipmentState.DELIVERED: ("return_arrived", ("seller",)),
    ShipmentState.LOST: ("return_lost", ("seller", "buyer")),
    ShipmentState.RETURNED: ("return_came_back", ("seller", "buyer")),
}
"""Which news of a return which side has to know, and the wording."""


def tell_return(
    session: Session,
    engine: ProcessEngine,
    shipment: Shipment,
    event: str,
    at: dt.datetime,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Take the delivery of a return to its case, and tell people what they have to know of it, once.

    Args:
        session: The caller's transaction; the instances of the case are locked.
        engine: Takes the message ``return_delivered``.
        shipment: The parcel, in the state that follows from all its events.
        event: What was reported now.
        at: When that happened.
        actor: Who reported it.
        now: When we heard of it.
    """
    if not shipment.case_no:
        return
    if event == ShipmentState.DELIVERED:
        payload = {"shipment_no": shipment.shipment_no, "at": at.astimezone(dt.UTC).isoformat()}
        engine.correlate(
            session, "return_delivered", business_key=shipment.case_no, payload=payload, actor=actor
        )
    if shipment.state != event or event not in TOLD:
        return
    case = session.get(CancellationCase, shipment.case_no, populate_existing=True)
    if case is None or case.closed_at is not None:
        return
    template, sides = TOLD[ShipmentState(event)]
    for side in sides:
        notify(
            session,
            to=side,
            template=template,
            params={"order_no": case.order_no, "case_no": case.case_no},
            link=f"case:{case.case_no}",
            key=f"{template}:{shipment.shipment_no}",
            now=now,
            buyer_id=case.buyer_id,
            shop_id=case.shop_id,
        )
