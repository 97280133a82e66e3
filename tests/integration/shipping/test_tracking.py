"""Parcels and their tracking: facts are recorded once, in any order, and told to whom they concern."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.catalog.shops import Goods, create_shop
from processes.catalog.tables import StockItem
from processes.fakes import FakeProcessEngine
from processes.orders.holds import place_hold
from processes.orders.paying import record_payment
from processes.orders.placing import OrderedLine, PlaceOrder, place_order
from processes.orders.tables import Order
from processes.shipping.case_shipments import record_return_shipment
from processes.shipping.errors import (
    LineUnknown,
    ShipmentConflict,
    ShipmentEmpty,
    ShipmentNotFound,
    TrackingEventConflict,
    TrackingEventInFuture,
    TrackingEventUnknown,
)
from processes.shipping.queries import shipments_of
from processes.shipping.shipments import Recorded, record_shipment
from processes.shipping.tables import Interception
from processes.shipping.tracking import CLOCKS_DIFFER, CarrierReport, record_tracking_event

NOW = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def order(session: Session) -> Order:
    shop = create_shop(session, slug="jia", name="家居", return_address={}, now=NOW)
    goods = [
        Goods(sku="P-1", title="枕头", category="home", price=8900),
        Goods(sku="P-2", title="枕套", category="home", price=1900),
    ]
    command = PlaceOrder(
        order_no="S1",
        buyer_login="b",
        buyer_name="买家",
        lines=[OrderedLine(goods=one, quantity=2) for one in goods],
        placed_at=NOW,
        promised_at=NOW + dt.timedelta(days=3),
    )
    order = place_order(session, shop, command, now=NOW).order
    record_payment(
        session, order, tender="alipay", reference="1", amount=order.total, captured_at=NOW, now=NOW
    )
    return order


@pytest.fixture
def engine() -> FakeProcessEngine:
    return FakeProcessEngine()


def ship(
    session: Session,
    engine: FakeProcessEngine,
    order: Order,
    units: list[tuple[int, int]] | None = None,
    number: str = "SF1",
) -> Recorded:
    return record_shipment(
        session,
        engine,
        order=order,
        carrier="顺丰",
        tracking_no=number,
        shipped_at=NOW,
        units=units,
        actor=SYSTEM,
        now=NOW,
    )


def report(
    session: Session, engine: FakeProcessEngine, shipment_no: str, event: str, hours: int, event_id: str = ""
) -> bool:
    happened = NOW + dt.timedelta(hours=hours)
    what = CarrierReport(event_id=event_id or f"{event}{hours}", event=event, at=happened)
    return record_tracking_event(
        session, engine, shipment_no=shipment_no, report=what, actor=SYSTEM, now=happened
    )


def test_a_parcel_starts_its_watch_and_takes_stock(
    session: Session, engine: FakeProcessEngine, order: Order
) -> None:
    shipment = ship(session, engine, order, [(1, 2)]).shipment
    assert order.state == "partly_shipped"
    [(process, key, variables)] = engine.started
    assert (process, key) == ("shipment_watch", shipment.shipment_no)
    assert variables["promised_at"] == "2026-03-04T04:00:00+00:00"
    assert variables["buyer_id"] == str(order.buyer_id)
    assert session.get_one(StockItem, order.lines[0].variant_id).reserved == 0
    assert session.get_one(StockItem, order.lines[1].variant_id).reserved == 2


def test_the_same_parcel_again_does_nothing(
    session: Session, engine: FakeProcessEngine, order: Order
) -> None:
    first = ship(session, engine, order, [(1, 1)])
    assert ship(session, engine, order, [(1, 1)]) == Recorded(shipment=first.shipment, repeated=True)
    assert len(engine.started) == 1
    assert order.lines[0].quantity_shipped == 1
    with pytest.raises(ShipmentConflict):
        ship(session, engine, order, [(1, 2)])
    with pytest.raises(LineUnknown):
        ship(session, engine, order, [(3, 1)], "SF2")


def test_without_contents_all_that_is_left_is_shipped(
    session: Session, engine: FakeProcessEngine, order: Order
) -> None:
    ship(session, engine, order, [(1, 1)])
    ship(session, engine, order, None, "SF2")
    assert order.state == "shipped"
    with pytest.raises(ShipmentEmpty):
        ship(session, engine, order, None, "SF3")


def test_a_parcel_that_leaves_under_a_hold_is_recorded_and_the_case_is_told(
    session: Session, engine: FakeProcessEngine, order: Order
) -> None:
    assert place_hold(session, order, "C20260301000001", [(order.lines[0].id, 1)], now=NOW)
    unaffected = ship(session, engine, order, [(1, 1), (2, 2)]).shipment
    assert not unaffected.despite_hold
    assert engine.messages == []
    breaching = ship(session, engine, order, [(1, 1)], "SF2").shipment
    assert breaching.despite_hold
    [(message, key, payload)] = engine.messages
    assert (message, key) == ("parcel_shipped", "C20260301000001")
    assert payload["shipment_no"] == breaching.shipment_no


def test_an_order_is_delivered_when_each_parcel_is(
    session: Session, engine: FakeProcessEngine, order: Order
) -> None:
    first = ship(session, engine, order, [(1, 2)]).shipment
    second = ship(session, engine, order, None, "SF2").shipment
    assert report(session, engine, first.shipment_no, "delivered", 30)
    assert order.state == "shipped"
    assert report(session, engine, second.shipment_no, "delivered", 40)
    assert (order.state, order.delivered_at) == ("delivered", NOW + dt.timedelta(hours=40))
    assert [message[1] for message in engine.messages] == [first.shipment_no, second.shipment_no]


@pytest.mark.parametrize(
    "arrival", list(itertools.permutations([("picked_up", 1), ("in_transit", 5), ("delivered", 30)]))
)
def test_reports_may_arrive_in_any_order(
    session: Session, engine: FakeProcessEngine, order: Order, arrival: list[tuple[str, int]]
) -> None:
    shipment = ship(session, engine, order).shipment
    for event, hours in arrival:
        assert report(session, engine, shipment.shipment_no, event, hours)
    assert (shipment.state, shipment.last_event_at) == ("delivered", NOW + dt.timedelta(hours=30))
    assert [event.event for event in shipments_of(session, order.id)[0].events] == [
        "picked_up",
        "in_transit",
        "delivered",
    ]
    told = [payload["event"] for _, _, payload in engine.messages]
    assert told[-1] == "delivered"


def test_a_repeated_report_does_nothing(session: Session, engine: FakeProcessEngine, order: Order) -> None:
    shipment = ship(session, engine, order).shipment
    assert report(session, engine, shipment.shipment_no, "picked_up", 1, "E1")
    assert not report(session, engine, shipment.shipment_no, "picked_up", 1, "E1")
    assert len(engine.messages) == 1
    with pytest.raises(TrackingEventConflict):
        report(session, engine, shipment.shipment_no, "in_transit", 1, "E1")
    with pytest.raises(TrackingEventUnknown):
        report(session, engine, shipment.shipment_no, "vanished", 1, "E2")
    with pytest.raises(ShipmentNotFound):
        report(session, engine, "S0", "in_transit", 1, "E2")


def test_an_event_from_the_future_is_refused_and_outdates_nothing(
    session: Session, engine: FakeProcessEngine, order: Order
) -> None:
    shipment = ship(session, engine, order).shipment
    for ahead, taken in ((CLOCKS_DIFFER, True), (CLOCKS_DIFFER + dt.timedelta(seconds=1), False)):
        one = CarrierReport(event_id=f"F{taken}", event="in_transit", at=NOW + ahead)
        if taken:
            assert record_tracking_event(
                session, engine, shipment_no=shipment.shipment_no, report=one, actor=SYSTEM, now=NOW
            )
        else:
            with pytest.raises(TrackingEventInFuture):
                record_tracking_event(
                    session, engine, shipment_no=shipment.shipment_no, report=one, actor=SYSTEM, now=NOW
                )
    assert shipment.last_event_at == NOW + CLOCKS_DIFFER


def test_damage_is_news_even_after_delivery(
    session: Session, engine: FakeProcessEngine, order: Order
) -> None:
    shipment = ship(session, engine, order).shipment
    report(session, engine, shipment.shipment_no, "delivered", 30)
    report(session, engine, shipment.shipment_no, "damaged", 10)
    assert shipment.state == "delivered"
    assert [payload["event"] for _, _, payload in engine.messages] == ["delivered", "damaged"]


@pytest.mark.parametrize(("event", "intercepted"), [("returned", True), ("delivered", False)])
def test_a_case_that_wanted_the_parcel_stopped_hears_how_it_ended(
    session: Session, engine: FakeProcessEngine, order: Order, event: str, intercepted: bool
) -> None:
    shipment = ship(session, engine, order).shipment
    session.add(Interception(shipment_id=shipment.id, case_no="C1", requested_at=NOW))
    report(session, engine, shipment.shipment_no, "in_transit", 2)
    report(session, engine, shipment.shipment_no, event, 20)
    assert (
        "interception_result",
        "C1",
        {"intercepted": intercepted, "stopped": intercepted},
    ) in engine.messages


def test_a_return_tells_its_case_when_it_arrives(
    session: Session, engine: FakeProcessEngine, order: Order
) -> None:
    def send_back() -> str:
        return record_return_shipment(
            session,
            case_no="C7",
            order_id=order.id,
            carrier="中通",
            tracking_no="ZT1",
            units=[(order.lines[0].id, 1)],
            now=NOW,
        ).shipment_no

    number = send_back()
    assert send_back() == number
    report(session, engine, number, "in_transit", 1)
    report(session, engine, number, "delivered", 9)
    woken = [("tracking_event", number), ("case_parcel_news", "C7")]
    told = [(message, key) for message, key, _ in engine.messages]
    assert told == [*woken, *woken, ("return_delivered", "C7")]
    assert order.state == "paid"


def test_reports_are_never_altered(session: Session, engine: FakeProcessEngine, order: Order) -> None:
    shipment = ship(session, engine, order).shipment
    report(session, engine, shipment.shipment_no, "in_transit", 1)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.text("UPDATE tracking_event SET event = 'lost'"))
