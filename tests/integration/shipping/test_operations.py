"""What service tasks ask of shipping."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.ids import new_id
from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.cases.commands import RequestCancellation, request_cancellation
from processes.cases.tables import CancellationCase
from processes.catalog.tables import Listing
from processes.fakes import FakeProcessEngine
from processes.notifications.tables import Notification
from processes.orders.tables import Order
from processes.shipping.operations import register
from processes.shipping.queries import offers_of, shipments_of
from processes.shipping.tables import Interception
from processes.shipping.tracking import CarrierReport, record_tracking_event
from tests.marketplace import NOW, Marketplace, marketplace

DAY = dt.timedelta(days=1)


@pytest.fixture
def market(session: Session) -> Marketplace:
    return marketplace(session)


def call(session: Session, name: str, now: dt.datetime = NOW, **arguments: str) -> Variables:
    registry = OperationRegistry()
    register(registry)
    operation = registry.get(name)
    assert operation is not None
    context = OperationContext(
        now=now,
        actor=SYSTEM,
        instance_id=new_id(),
        business_key="",
        element_id="task",
        idempotency_key="key",
        step_session=session,
    )
    return operation(context, dict(arguments))


def ask(market: Marketplace, order: Order, reason: str) -> CancellationCase:
    lines = tuple((line.id, line.quantity) for line in order.lines)
    request = RequestCancellation(
        order_no=order.order_no,
        lines=lines,
        reason=reason,
        text="等了很久没有收到包裹",
        photo_count=2,
    )
    return request_cancellation(market.session, FakeProcessEngine(), request, market.buyer, market.now)


def test_a_late_parcel_is_verified_by_its_promise(session: Session, market: Marketplace) -> None:
    order = market.order()
    market.ship(order)
    case = ask(market, order, "L_DELAY")
    verify = "shipping.verify_claim"
    assert call(session, verify, case_id=case.case_no) == {"verified": False, "basis": "not_evident"}
    late = call(session, verify, NOW + 8 * DAY, case_id=case.case_no)
    assert late == {"verified": True, "basis": "promised_delivery_passed"}


def test_wrong_information_is_verified_by_the_listing(session: Session, market: Marketplace) -> None:
    order = market.order()
    market.ship(order)
    case = ask(market, order, "L_INFO")
    verify = "shipping.verify_claim"
    assert call(session, verify, case_id=case.case_no)["verified"] is False
    session.execute(sa.update(Listing).values(title="改过的标题"))
    assert call(session, verify, case_id=case.case_no) == {"verified": True, "basis": "listing_changed"}


def test_only_parcels_on_their_way_are_intercepted_and_once(session: Session, market: Marketplace) -> None:
    order = market.order(((5000, 1), (3000, 1)))
    market.ship(order, [(1, 1)], "A")
    market.ship(order, [(2, 1)], "B")
    first, second = shipments_of(session, order.id)
    report = CarrierReport(event_id="1", event="delivered", at=NOW)
    record_tracking_event(
        session, FakeProcessEngine(), shipment_no=first.shipment_no, report=report, actor=SYSTEM, now=NOW
    )
    case = ask(market, order, "L_DELAY")
    for _ in range(2):
        asked = call(session, "shipping.request_interception", case_id=case.case_no)
        assert asked == {"parcels": [second.shipment_no]}
    assert session.scalar(sa.select(sa.func.count()).select_from(Interception)) == 1


def test_a_cancellation_is_offered_once_and_the_buyer_is_told(session: Session, market: Marketplace) -> None:
    order = market.order()
    market.ship(order)
    [shipment] = shipments_of(session, order.id)
    offer = "shipping.offer_cancellation"
    assert call(session, offer, shipment_id=shipment.shipment_no, reason="L_DELAY") == {"offered": True}
    assert call(session, offer, shipment_id=shipment.shipment_no, reason="L_DELAY") == {"offered": False}
    assert [one.reason for one in offers_of(session, order.id)] == ["L_DELAY"]
    told = session.scalars(sa.select(Notification)).one()
    assert (str(told.account_id), told.template) == (market.buyer.id, "cancellation_offered")


def test_nothing_is_offered_while_a_case_is_open(session: Session, market: Marketplace) -> None:
    order = market.order()
    market.ship(order)
    [shipment] = shipments_of(session, order.id)
    ask(market, order, "L_DELAY")
    answer = call(session, "shipping.offer_cancellation", shipment_id=shipment.shipment_no, reason="L_DELAY")
    assert answer == {"offered": False}
