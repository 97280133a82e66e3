"""What service tasks may ask of shipping: claims, interceptions, states and offers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.cases.locking import locked_order
from processes.cases.tables import CancellationCase, CaseLine
from processes.catalog.tables import Listing, Variant
from processes.notifications.sending import notify
from processes.orders.tables import OrderLine
from processes.shipping import intercepting
from processes.shipping.claims import ClaimFacts, ParcelFacts, verify
from processes.shipping.missed import tell_of_request
from processes.shipping.queries import find_shipment
from processes.shipping.rules import Answer, Direction, OfferEnd
from processes.shipping.standing import offer
from processes.shipping.tables import CancellationOffer, Shipment, ShipmentLine

STALLED_TEMPLATE = "parcel_stalled"


def register(registry: OperationRegistry) -> None:
    """Let diagrams call the operations of shipping."""
    registry.operation("shipping.verify_claim")(verify_claim)
    registry.operation("shipping.request_interception")(request_interception)
    registry.operation("shipping.answer_interceptions")(answer_interceptions)
    registry.operation("shipping.offer_cancellation")(offer_cancellation)
    registry.operation("shipping.flag_stalled")(flag_stalled)


def verify_claim(ctx: OperationContext, *, case_id: str) -> Variables:
    """Check a case's reason against tracking, promises and the listing as ordered."""
    case = ctx.session.get_one(CancellationCase, case_id)
    verdict = verify(case.reason, _facts(ctx.session, case), ctx.now)
    return {"verified": verdict.verified, "basis": verdict.basis}


def request_interception(ctx: OperationContext, *, case_id: str) -> Variables:
    """Ask for each parcel on its way with goods of a case to be stopped."""
    parcels = intercepting.request_interception(ctx.session, case_id, now=ctx.now)
    if parcels:
        tell_of_request(ctx.session, case_id, now=ctx.now)
    return {"parcels": [parcel.shipment_no for parcel in parcels]}


def answer_interceptions(ctx: OperationContext, *, case_id: str, answer: str) -> Variables:
    """Answer for a case's parcels that nobody has answered for, by a code of ``Answer``."""
    concluded = intercepting.answer_rest(ctx.session, case_id, Answer(answer), actor=ctx.actor, now=ctx.now)
    return concluded.as_json()


def offer_cancellation(
    ctx: OperationContext, *, shipment_id: str, reason: str, days: int | None = None
) -> Variables:
    """Offer the buyer a cancellation, and tell him so; once for each parcel and reason.

    If a case is open about the goods, it is offered as soon as that has ended without a refund.
    After so many days it lapses by itself.
    """
    return {"offered": _offer(ctx, find_shipment(ctx.session, shipment_id), reason, days)}


def flag_stalled(
    ctx: OperationContext, *, shipment_id: str, reason: str | None = "", days: int | None = None
) -> Variables:
    """Note that a parcel's carrier has been silent for too long, and tell buyer and shop.

    With a reason, the buyer is offered to cancel; then it is the offer that tells him.
    """
    shipment = find_shipment(ctx.session, shipment_id)
    if shipment.stalled_at is not None:
        return {}
    shipment.stalled_at = ctx.now
    offered = bool(reason) and _offer(ctx, shipment, reason or "", days)
    order = shipment.order
    for to in ("seller",) if offered else ("seller", "buyer"):
        notify(
            ctx.session,
            to=to,
            template=STALLED_TEMPLATE,
            params={"order_no": order.order_no, "shipment_no": shipment.shipment_no},
            link=f"order:{order.order_no}",
            key=f"stalled:{shipment.shipment_no}:{ctx.idempotency_key}:{to}",
            now=ctx.now,
            buyer_id=order.buyer_id,
            shop_id=order.shop_id,
        )
    return {"offered": offered}


def _offer(ctx: OperationContext, shipment: Shipment, reason: str, days: int | None) -> bool:
    order = locked_order(ctx.session, shipment.order_id)
    return offer(ctx.session, order, reason=reason, parcel=shipment, days=days, now=ctx.now)


def _parcels(session: Session, case_no: str) -> list[Shipment]:
    """The parcels that took goods of a case to the buyer."""
    return list(
        session.scalars(
            sa.select(Shipment)
            .where(
                Shipment.direction == Direction.OUTBOUND,
                Shipment.id.in_(
                    sa.select(ShipmentLine.shipment_id)
                    .join(CaseLine, CaseLine.order_line_id == ShipmentLine.order_line_id)
                    .where(CaseLine.case_no == case_no)
                ),
            )
            .options(selectinload(Shipment.events))
            .order_by(Shipment.shipped_at, Shipment.id)
        )
    )


def _facts(session: Session, case: CancellationCase) -> ClaimFacts:
    parcels = _parcels(session, case.case_no)
    offers: dict[object, set[str]] = {}
    for one in session.scalars(
        sa.select(CancellationOffer).where(
            CancellationOffer.order_id == case.order_id,
            CancellationOffer.ended_by.is_distinct_from(OfferEnd.MOVING),
        )
    ):
        offers.setdefault(one.shipment_id, set()).add(one.reason)
    lines = session.scalars(
        sa.select(CaseLine).where(CaseLine.case_no == case.case_no).options(joinedload(CaseLine.order_line))
    ).all()
    return ClaimFacts(
        parcels=[
            ParcelFacts(
                promised_at=parcel.promised_at,
                delivered_at=parcel.delivered_at,
                stalled=parcel.stalled_at is not None,
                reported=frozenset(event.event for event in parcel.events),
                offered=frozenset(offers.get(parcel.id, ())),
                units={content.order_line.line_no: content.quantity for content in parcel.lines},
            )
            for parcel in parcels
        ],
        claimed={line.line_no: line.quantity for line in lines},
        unshipped=sum(min(line.quantity, line.order_line.quantity_unshipped) for line in lines),
        ship_by=case.order.promised_ship_by,
        promised_at=case.order.promised_at,
        listing_changed=any(_changed(session, line.order_line) for line in lines),
    )


def _changed(session: Session, line: OrderLine) -> bool:
    now_read = session.execute(
        sa.select(Listing.title, Listing.description, Variant.name)
        .join(Variant, Variant.listing_id == Listing.id)
        .where(Variant.id == line.variant_id)
    ).one()
    return tuple(now_read) != (line.title, line.description, line.variant)
