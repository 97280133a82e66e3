"""Importing orders with their payments, parcels and tracking: all of a file, or nothing of it.

The same file again does nothing; a file with more payments, parcels or events for orders
that are known adds those.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import TuidanError
from processes.catalog.errors import ShopNotFound
from processes.catalog.shops import Goods, create_shop, ensure_variant, restock
from processes.catalog.tables import Shop
from processes.importing.columns import OrderRow, ParcelFields, TrackingField
from processes.importing.problems import PROBLEM_LIMIT, ImportRefused, Problem
from processes.importing.reading import numbered_rows
from processes.importing.rows import RowReader, check_header
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


@dataclass
class _Import:
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
        value = str(getattr(row, column, "")) if column else ""
        self.problems.append(
            Problem(code=code, line=row.line, column=column, value=value[:80], detail=detail)
        )


def import_orders(
    session: Session, engine: ProcessEngine, stream: BinaryIO, actor: Actor, now: dt.datetime
) -> ImportReport:
    """Import a CSV file; its format is in ``docs/importing.md``.

    Args:
        session: The caller's transaction; on an error it must roll back.
        engine: Starts the watch of each parcel.
        stream: The file, opened for reading bytes.
        actor: Who imports.
        now: The present instant.

    Raises:
        ImportRefused: Something is wrong with the file; its ``problems`` say what, where
            and what to do.
    """
    work = _Import(session=session, engine=engine, actor=actor, now=now)
    with closing(numbered_rows(stream)) as rows:
        for group in _orders(rows, work):
            if len(work.problems) >= PROBLEM_LIMIT:
                break
            if not _consistent(group, work):
                continue
            try:
                with session.begin_nested():
                    _apply(group, work)
            except TuidanError as error:
                work.refuse(error.code, group[0], detail=error.message)
    if work.problems:
        raise ImportRefused(work.problems[:PROBLEM_LIMIT])
    return work.report


def _orders(rows: Iterator[tuple[int, list[str]]], work: _Import) -> Iterator[list[OrderRow]]:
    """Yield the rows of each order that has no problem in any of its fields."""
    _, names = next(rows, (1, []))
    if not names:
        raise ImportRefused([Problem(code="import.empty", line=1)])
    if problems := check_header(names):
        raise ImportRefused(problems)
    group: list[OrderRow] = []
    broken = ""
    for line, values in rows:
        if len(values) != len(names):
            detail = f"{len(values)} fields, not {len(names)}"
            work.problems.append(Problem(code="import.row_length", line=line, detail=detail))
            continue
        reader = RowReader(line=line, values=dict(zip(names, values, strict=True)))
        row = reader.read()
        work.problems.extend(reader.problems)
        if len(work.problems) >= PROBLEM_LIMIT:
            return
        order_no = reader.values["order_no"]
        if group and group[0].order_no != order_no:
            if group[0].order_no != broken:
                yield group
            group = []
        if row is None:
            broken = order_no
        else:
            group.append(row)
    if group and group[0].order_no != broken:
        yield group


def _consistent(rows: list[OrderRow], work: _Import) -> bool:
    before = len(work.problems)
    first = rows[0]
    if first.order_no in work.done:
        work.refuse("import.order_scattered", first, "order_no")
    work.done.add(first.order_no)
    lines: dict[int, OrderRow] = {}
    shipped: dict[int, int] = {}
    for row in rows:
        if row.order_text != first.order_text:
            work.refuse("import.order_changed", row, "order_no")
        known = lines.setdefault(row.line_no, row)
        if known.line_text != row.line_text or (known is not row and row.parcel is None):
            work.refuse("import.line_changed", row, "line_no")
        if row.parcel:
            shipped[row.line_no] = shipped.get(row.line_no, 0) + row.parcel.quantity
            if shipped[row.line_no] > row.quantity:
                work.refuse("import.shipped_too_many", row, "quantity")
    if sorted(lines) != list(range(1, len(lines) + 1)):
        work.refuse("import.not_a_number", first, "line_no", "lines of an order are numbered from 1")
    return len(work.problems) == before


def _apply(rows: list[OrderRow], work: _Import) -> None:
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


def _ship(rows: list[OrderRow], order: Order, work: _Import) -> None:
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


def _track(shipment: Shipment, event: TrackingField, work: _Import) -> None:
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


def _shop(row: OrderRow, work: _Import) -> Shop:
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
