"""Parcels that a case makes necessary, and of which nothing is heard: noticed, and told to people."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.cases.rules import CaseStatus
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.notifications.sending import notify
from processes.offers.tables import Exchange
from processes.returns.tables import RefusedGoods, Return
from processes.shipping.queries import find_shipment
from processes.shipping.rules import Direction, ShipmentState
from processes.shipping.silence import Heard, Limits, Stage, Standing, standing_of
from processes.shipping.tables import Shipment

SIDES = ("buyer", "seller")


def parcel_standing(session: Session, shipment_no: str, limits: Limits, *, now: dt.datetime) -> Standing:
    """Return how a parcel of a case stands.

    Raises:
        ShipmentNotFound: There is none.
    """
    shipment = find_shipment(session, shipment_no)
    heard = Heard(
        direction=Direction(shipment.direction),
        state=ShipmentState(shipment.state),
        sent_at=shipment.shipped_at,
        last_event_at=shipment.last_event_at,
        settled=is_settled(session, shipment),
    )
    return standing_of(heard, limits, now)


def is_settled(session: Session, shipment: Shipment) -> bool:
    """Whether nobody waits for a parcel of a case: it was looked at or replaced, or the case went on."""
    case = session.get_one(CancellationCase, shipment.case_no, populate_existing=True)
    named = (shipment.carrier, shipment.tracking_no)
    match shipment.direction:
        case Direction.RETURN:
            back = session.scalar(
                sa.select(Return)
                .where(Return.case_no == case.case_no)
                .execution_options(populate_existing=True)
            )
            awaited = back is not None and (back.carrier, back.tracking_no) == named
            return not awaited or case.status != CaseStatus.RETURN_IN_TRANSIT
        case Direction.REFUSED:
            refused = session.get_one(RefusedGoods, case.case_no, populate_existing=True)
            closed = refused.acknowledged_at or refused.unconfirmed_at
            return closed is not None or (refused.carrier, refused.tracking_no) != named
        case _:
            exchange = session.get_one(Exchange, case.case_no, populate_existing=True)
            return (exchange.carrier, exchange.tracking_no) != named


def remind_of_parcel(
    session: Session, shipment_no: str, stage: Stage, step: int, *, now: dt.datetime
) -> None:
    """Note that a parcel is overdue, and tell people once for each step: its sender first, then both.

    Args:
        session: The caller's transaction; the parcel is locked here.
        shipment_no: Which parcel.
        stage: ``UNSCANNED`` or ``STALLED``.
        step: Which reminder of its stage, from 1.
        now: When.

    Raises:
        ShipmentNotFound: There is none.
    """
    shipment = find_shipment(session, shipment_no, lock=True)
    shipment.stalled_at = shipment.stalled_at or now
    sender = "buyer" if shipment.direction == Direction.RETURN else "seller"
    occasion = f"{stage}:{step}:{shipment.last_event_at or shipment.shipped_at:%Y%m%d%H%M%S}"
    if stage is Stage.STALLED and shipment.state == ShipmentState.RETURNED:
        tell_of_parcel(session, shipment, (sender,), "return_came_back", occasion, now=now)
    elif stage is Stage.STALLED:
        tell_of_parcel(session, shipment, SIDES, "parcel_silent", occasion, now=now)
    else:
        tell_of_parcel(session, shipment, (sender,), "parcel_unscanned", occasion, now=now)
        if step > 1:
            other = next(side for side in SIDES if side != sender)
            tell_of_parcel(session, shipment, (other,), "parcel_unscanned_yet", occasion, now=now)
    session.flush()


def report_missing(session: Session, shipment_no: str, *, now: dt.datetime) -> None:
    """Note that a parcel counts as missing, and tell both sides and the platform, which has to rule; once.

    Raises:
        ShipmentNotFound: There is none.
    """
    shipment = find_shipment(session, shipment_no, lock=True)
    if shipment.missing_at is not None:
        return
    shipment.missing_at = now
    record_parcel_event(session, shipment, "parcel_missing", now=now)
    occasion = f"missing:{now:%Y%m%d%H%M%S}"
    tell_of_parcel(session, shipment, SIDES, "parcel_missing", occasion, now=now)
    tell_of_parcel(session, shipment, ("platform",), "parcel_to_rule", occasion, now=now)
    session.flush()


def record_parcel_event(
    session: Session, shipment: Shipment, kind: str, *, now: dt.datetime, **more: str
) -> None:
    """Put what became of a parcel into its case's timeline."""
    record_event(
        session,
        shipment.case_no or "",
        kind,
        actor=SYSTEM,
        now=now,
        carrier=shipment.carrier,
        tracking_no=shipment.tracking_no,
        **more,
    )


def tell_of_parcel(
    session: Session,
    shipment: Shipment,
    sides: tuple[str, ...],
    template: str,
    occasion: str,
    *,
    now: dt.datetime,
) -> None:
    """Tell sides of a case something of one of its parcels; the same occasion again tells nobody."""
    case = session.get_one(CancellationCase, shipment.case_no)
    for side in sides:
        notify(
            session,
            to=side,
            template=template,
            params={
                "order_no": case.order_no,
                "case_no": case.case_no,
                "carrier": shipment.carrier,
                "tracking_no": shipment.tracking_no,
            },
            link=f"case:{case.case_no}",
            key=f"{template}:{shipment.shipment_no}:{occasion}:{side}",
            now=now,
            buyer_id=case.buyer_id,
            shop_id=case.shop_id,
        )
