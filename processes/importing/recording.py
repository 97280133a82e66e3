"""Recording what a file says of one order, by the same commands that the shops' systems call."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.catalog.errors import ShopNotFound
from processes.catalog.shops import Goods, create_shop, ensure_variant, restock
from processes.catalog.tables import Shop
from processes.importing.columns import OrderRow, ParcelFields, TrackingField
from processes.importing.problems import Problem
from processes.orders.holds import lock_holding_cases
from processes.orders.orders import complete, order_by_id, start_picking
from processes.orders.paying import record_payment
from processes.orders.placing import OrderedLine, PlaceOrder, place_order
from processes.orders.tables import Order
from processes.ports import ProcessEngine
from processes.shipping.shipments import record_shipment
from processes.shipping.standing import look_again
from processes.shipping.tables import Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event


@dataclass(kw_only=True)
class ImportReport:
    """What an import has done."""

    orders: int = 0
    orders_known: int = 0
    lines: int = 0
    shipments: int = 0
    tracking_events: int = 0


@dataclass(kw_only=True)
class OrderImport:
    """An import under way: whose it is, what it has done so far, and what is wrong with the file.

    Attributes:
        actor: Who imports.
        now: The present instant, UTC.
        shops: Those already met, by slug.
        done: The numbers of the orders whose rows have been read.
        stocked: Shop and SKU of the variants whose stock has been counted.
    """

    session: Session
    engine: ProcessEngine
    actor: Actor
    now: dt.datetime
    report: ImportReport = field(default_factory=ImportReport)
    problems: list[Problem] = field(default_factory=list)
    shops: dict[str, Shop] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    stocked: set[tuple[str, str]] = field(default_factory=set)

    def refuse(self, code: str, row: OrderRow, column: str = "", detail: str = "") -> None:
        """Note what is wrong with a row."""
        value = str(getattr(row, column, "")) if column else ""
        self.problems.append(
            Problem(code=code, line=row.line, column=column, value=value[:80], detail=detail)
        )


def record_order(rows: list[OrderRow], work: OrderImport) -> None:
    """Record one order with its payments, parcels and tracking, as far as it isn't known yet.

    Args:
        rows: All of the order's, and consistent.

    Raises:
        TuidanError: A command refuses it.
    """
    session, now, first = work.session, work.now, rows[0]
    shop = _shop(first, work)
    lines = {row.line_no: row for row in reversed(rows)}
    goods = {number: _goods(row) for number, row in sorted(lines.items())}
    for number, one in goods.items():
        if (units := lines[number].stock) and (shop.slug, one.sku) not in work.stocked:
            work.stocked.add((shop.slug, one.sku))
            variant = ensure_variant(session, shop, one, now=now)
            restock(session, variant, units, reference=f"import:{shop.slug}:{one.sku}", now=now)
    placed = place_order(
        session,
        shop,
        PlaceOrder(
            order_no=first.order_no,
            buyer_login=first.buyer_login,
            buyer_name=first.buyer_name,
            lines=[OrderedLine(goods=one, quantity=lines[number].quantity) for number, one in goods.items()],
            placed_at=first.placed_at,
            currency=first.currency,
            discount=first.discount,
            freight=first.freight,
            receiver=first.receiver,
            remark=first.remark,
            promised_ship_by=first.promised_ship_by,
            promised_at=first.promised_at,
        ),
        now=now,
    )
    if placed.repeated:
        lock_holding_cases(session, placed.order.id)
    order = order_by_id(session, placed.order.id, lock=True)
    work.report.orders += not placed.repeated
    work.report.orders_known += placed.repeated
    work.report.lines += 0 if placed.repeated else len(goods)
    if first.paid_at is not None:
        for payment in first.payments:
            record_payment(
                session,
                order,
                tender=payment.tender,
                reference=payment.reference,
                amount=payment.amount,
                captured_at=first.paid_at,
                now=now,
                terms=payment.terms,
            )
    if first.picking_at is not None:
        start_picking(session, order, first.picking_at)
    _ship(rows, order, work)
    if first.completed_at is not None and order.completed_at is None:
        complete(session, order, first.completed_at)
        look_again(session, order.id, now=now)
    if first.paid_out_at is not None:
        order.paid_out_at = order.paid_out_at or first.paid_out_at


def _ship(rows: list[OrderRow], order: Order, work: OrderImport) -> None:
    parcels: dict[tuple[str, str], list[tuple[int, ParcelFields]]] = {}
    for row in rows:
        if row.parcel:
            key = (row.parcel.carrier, row.parcel.tracking_no)
            parcels.setdefault(key, []).append((row.line_no, row.parcel))
    for (carrier, tracking_no), contents in parcels.items():
        recorded = record_shipment(
            work.session,
            work.engine,
            order=order,
            carrier=carrier,
            tracking_no=tracking_no,
            shipped_at=contents[0][1].shipped_at,
            units=[(line_no, parcel.quantity) for line_no, parcel in contents],
            actor=work.actor,
            now=work.now,
        )
        work.report.shipments += not recorded.repeated
        events = dict.fromkeys(event for _, parcel in contents for event in parcel.tracking)
        for event in sorted(events, key=lambda event: event.at):
            _track(recorded.shipment, event, work)


def _track(shipment: Shipment, event: TrackingField, work: OrderImport) -> None:
    # A file carries no event numbers of the carrier's; event and instant name an event well enough.
    report = CarrierReport(
        event_id=f"csv:{event.event}:{event.at.isoformat()}", event=event.event, at=event.at
    )
    work.report.tracking_events += record_tracking_event(
        work.session,
        work.engine,
        shipment_no=shipment.shipment_no,
        report=report,
        actor=work.actor,
        now=work.now,
    )


def _shop(row: OrderRow, work: OrderImport) -> Shop:
    shop = work.shops.get(row.shop) or work.session.scalar(sa.select(Shop).where(Shop.slug == row.shop))
    if shop is None:
        if not row.shop_name:
            raise ShopNotFound(slug=row.shop)
        shop = create_shop(work.session, slug=row.shop, name=row.shop_name, return_address={}, now=work.now)
    work.shops[row.shop] = shop
    return shop


def _goods(row: OrderRow) -> Goods:
    return Goods(
        sku=row.sku,
        title=row.title,
        category=row.category,
        price=row.unit_price,
        currency=row.currency,
        code=row.listing,
        variant=row.variant,
        description=row.description,
        image=row.image,
        custom_made=row.custom_made,
    )
