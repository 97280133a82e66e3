"""The demo orders are an import like any other, the same for the same instant, in every state."""

from __future__ import annotations

import datetime as dt
import io

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.catalog.shops import create_shop
from processes.catalog.tables import Shop
from processes.demo.cases import cast
from processes.demo.orders import DemoOrders
from processes.demo.people import STAFF
from processes.demo.shops import SHOPS
from processes.demo.stories import stories
from processes.fakes import FakeProcessEngine
from processes.importing.orders import import_orders
from processes.orders.queries import counts_for_buyer
from processes.orders.rules import OrderState
from processes.orders.tables import Order
from processes.people.accounts import find_account

NOW = dt.datetime(2026, 3, 10, 4, 0, tzinfo=dt.UTC)


def test_the_same_instant_gives_the_same_file() -> None:
    orders = DemoOrders(NOW)
    assert orders.as_csv() == orders.as_csv() == DemoOrders(NOW).as_csv()


def test_every_story_finds_an_order() -> None:
    for hours in range(0, 24, 5):
        orders = DemoOrders(NOW + dt.timedelta(hours=hours))
        orders.as_csv()
        assert len(cast(orders)) == len(list(stories())) >= 36


def test_the_demo_orders_stand_in_every_state(session: Session) -> None:
    for shop in SHOPS:
        create_shop(session, slug=shop.slug, name=shop.name, return_address={}, now=NOW)
    file = DemoOrders(NOW).as_csv()
    report = import_orders(session, FakeProcessEngine(), io.BytesIO(file), SYSTEM, NOW)
    assert report.orders >= 300
    before_cases = set(OrderState) - {OrderState.CANCELLED}
    states = session.execute(sa.select(Order.state).distinct()).scalars()
    assert set(states) == before_cases
    buyer = find_account(session, STAFF[0][0])
    assert buyer is not None
    assert set(counts_for_buyer(session, buyer.id)) == before_cases
    assert session.scalar(sa.select(sa.func.count()).select_from(Shop)) == len(SHOPS) >= 6
    future = sa.select(Order.order_no).where((Order.placed_at > NOW) | (Order.delivered_at > NOW))
    assert session.scalars(future).all() == []
    again = import_orders(session, FakeProcessEngine(), io.BytesIO(file), SYSTEM, NOW)
    assert (again.orders, again.orders_known, again.shipments, again.tracking_events) == (
        0,
        report.orders,
        0,
        0,
    )
