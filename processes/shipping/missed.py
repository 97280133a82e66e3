"""Parcels that were to be stopped and weren't: the buyer learns that he can send them back.

And the other way round: one that its carrier had promised to stop, and delivered all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine.actors import Actor
from processes.cases.rules import Flow, Outcome
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.notifications.sending import notify
from processes.returns.tables import Return
from processes.shipping.rules import ShipmentState
from processes.shipping.tables import Interception, Shipment

MISSED_TEMPLATE = "parcel_not_stopped"
BROKEN_TEMPLATE = "stopped_parcel_delivered"
CLOSED_TEMPLATE = "closed_not_stopped"
ASKED_TEMPLATE = "parcel_being_stopped"


def reason_to_return(case: CancellationCase) -> str:
    """Return the reason by which a buyer can send back what wasn't stopped for a case.

    A fault on the way stays one. Who had changed his mind has seven days from delivery
    without any reason (Consumer Rights Protection Law, article 25).
    """
    return case.reason if case.flow == Flow.LOGISTICS else "Q_EXPECT"


def settle_interception(session: Session, case_no: str, *, now: dt.datetime) -> None:
    """A case is closed: nothing is answered for it any more, and what has arrived can be sent back."""
    asked = session.scalars(sa.select(Interception).where(Interception.case_no == case_no)).all()
    for one in asked:
        one.concluded_at = one.concluded_at or now
    if not asked:
        return
    session.flush()
    case = session.get_one(CancellationCase, case_no)
    arrived = _tell_of_missed(session, case_no, now)
    if case.outcome == Outcome.DELIVERED_ANYWAY and not arrived:
        _tell(session, case, "buyer", CLOSED_TEMPLATE, f"not-stopped:{case_no}", now)


def tell_of_request(session: Session, case_no: str, *, now: dt.datetime) -> None:
    """Tell a buyer that a parcel has left, and that its carrier is asked to stop it; once."""
    case = session.get_one(CancellationCase, case_no)
    _tell(session, case, "buyer", ASKED_TEMPLATE, f"being-stopped:{case_no}", now)


def parcel_arrived(session: Session, shipment: Shipment, *, actor: Actor, now: dt.datetime) -> None:
    """Tell whom it concerns that a parcel has arrived which a case had wanted stopped.

    The buyer, if the case knew that it wasn't stopped; the shop, if it relied on its being stopped.
    """
    cases = session.execute(
        sa.select(Interception.case_no, Interception.intercepted).where(
            Interception.shipment_id == shipment.id, Interception.concluded_at.is_not(None)
        )
    ).all()
    for case_no, intercepted in cases:
        if intercepted:
            _tell_shop(session, session.get_one(CancellationCase, case_no), shipment, actor, now)
        else:
            _tell_of_missed(session, case_no, now)


def missed_parcels(session: Session, case_no: str) -> Sequence[Shipment]:
    """Return the parcels that a closed case had wanted stopped, and that went to the buyer."""
    return session.scalars(_missed().where(Interception.case_no == case_no)).all()


def _missed() -> sa.Select[Shipment]:
    """Those of closed cases that led to no return of their own."""
    return (
        sa.select(Shipment)
        .join(Interception, Interception.shipment_id == Shipment.id)
        .join(CancellationCase, CancellationCase.case_no == Interception.case_no)
        .where(
            Interception.intercepted.is_(False),
            CancellationCase.outcome.in_((Outcome.REFUNDED, Outcome.DELIVERED_ANYWAY)),
            ~sa.exists().where(Return.case_no == CancellationCase.case_no),
        )
        .options(joinedload(Shipment.order))
        .order_by(Shipment.shipped_at, Shipment.id)
    )


def _tell_of_missed(session: Session, case_no: str, now: dt.datetime) -> bool:
    """Tell of those that have arrived; returns whether there are any."""
    arrived = [one for one in missed_parcels(session, case_no) if one.state == ShipmentState.DELIVERED]
    for shipment in arrived:
        case = session.get_one(CancellationCase, case_no)
        _tell(session, case, "buyer", MISSED_TEMPLATE, f"missed:{shipment.shipment_no}:{case_no}", now)
    return bool(arrived)


def _tell_shop(
    session: Session, case: CancellationCase, shipment: Shipment, actor: Actor, now: dt.datetime
) -> None:
    """The refund stands, as the case has ended; the carrier answers for what it had promised."""
    record_event(
        session,
        case.case_no,
        "stopped_parcel_delivered",
        actor=actor,
        now=now,
        carrier=shipment.carrier,
        tracking_no=shipment.tracking_no,
    )
    key = f"stopped-delivered:{shipment.shipment_no}:{case.case_no}"
    _tell(session, case, "seller", BROKEN_TEMPLATE, key, now, carrier=shipment.carrier)


def _tell(
    session: Session,
    case: CancellationCase,
    to: str,
    template: str,
    key: str,
    now: dt.datetime,
    **params: str,
) -> None:
    notify(
        session,
        to=to,
        template=template,
        params={"order_no": case.order_no, "case_no": case.case_no, **params},
        link=f"case:{case.case_no}",
        key=key,
        now=now,
        buyer_id=case.buyer_id,
        shop_id=case.shop_id,
    )
