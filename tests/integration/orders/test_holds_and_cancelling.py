"""Counters of units: held, cancelled, shipped and come back."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.catalog.shops import Goods, create_shop
from processes.fakes import FakeProcessEngine
from processes.orders.cancelling import CancelledUnits, cancel_units, return_units
from processes.orders.errors import UnitsExceeded
from processes.orders.holds import place_hold, release_hold
from processes.orders.paying import record_payment
from processes.orders.placing import OrderedLine, PlaceOrder, place_order
from processes.orders.tables import FulfilmentHold, Order
from processes.shipping.shipments import record_shipment

NOW = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def order(session: Session) -> Order:
    shop = create_shop(session, slug="shuma", name="数码", return_address={}, now=NOW)
    goods = Goods(sku="C-1", title="充电器", category="digital", price=5000)
    command = PlaceOrder(
        order_no="H1",
        buyer_login="b",
        buyer_name="买家",
        lines=[OrderedLine(goods=goods, quantity=5)],
        placed_at=NOW,
    )
    order = place_order(session, shop, command, now=NOW).order
    record_payment(
        session, order, tender="alipay", reference="1", amount=order.total, captured_at=NOW, now=NOW
    )
    return order


def ship(session: Session, order: Order, quantity: int, number: str = "SF1") -> None:
    record_shipment(
        session,
        FakeProcessEngine(),
        order=order,
        carrier="顺丰",
        tracking_no=number,
        shipped_at=NOW,
        units=[(1, quantity)],
        actor=SYSTEM,
        now=NOW,
    )


def test_a_hold_takes_all_its_units_or_none(session: Session, order: Order) -> None:
    line = order.lines[0]
    assert place_hold(session, order, "C1", [(line.id, 3)], now=NOW)
    assert place_hold(session, order, "C1", [(line.id, 3)], now=NOW)
    assert line.quantity_held == 3
    assert not place_hold(session, order, "C2", [(line.id, 3)], now=NOW)
    assert line.quantity_held == 3
    release_hold(session, "C1")
    release_hold(session, "C1")
    assert line.quantity_held == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(FulfilmentHold)) == 0


def test_units_that_left_cannot_be_held(session: Session, order: Order) -> None:
    ship(session, order, 4)
    assert order.state == "partly_shipped"
    assert not place_hold(session, order, "C1", [(order.lines[0].id, 2)], now=NOW)
    assert place_hold(session, order, "C1", [(order.lines[0].id, 1)], now=NOW)


def test_units_are_cancelled_by_count(session: Session, order: Order) -> None:
    line = order.lines[0]
    assert cancel_units(session, line, 2, now=NOW) == CancelledUnits(unshipped=2, shipped=0)
    assert order.state == "paid"
    ship(session, order, 2)
    assert order.state == "partly_shipped"
    assert cancel_units(session, line, 1, now=NOW, shipped_first=True) == CancelledUnits(
        unshipped=0, shipped=1
    )
    assert cancel_units(session, line, 2, now=NOW) == CancelledUnits(unshipped=1, shipped=1)
    assert (order.state, order.cancelled_at) == ("cancelled", NOW)
    with pytest.raises(UnitsExceeded):
        cancel_units(session, line, 1, now=NOW)


def test_a_cancelled_unit_that_left_all_the_same_counts_as_shipped(session: Session, order: Order) -> None:
    line = order.lines[0]
    cancel_units(session, line, 5, now=NOW)
    ship(session, order, 5)
    assert (line.quantity_cancelled, line.quantity_cancelled_unshipped, line.quantity_shipped) == (5, 0, 5)
    assert order.state == "cancelled"


def test_only_what_was_shipped_can_come_back(session: Session, order: Order) -> None:
    ship(session, order, 2)
    return_units(session, order.lines[0], 2)
    with pytest.raises(UnitsExceeded):
        return_units(session, order.lines[0], 1)


def test_no_more_is_shipped_than_was_ordered(session: Session, order: Order) -> None:
    with pytest.raises(UnitsExceeded):
        ship(session, order, 6)
