"""What the watch of parcels notices stands on the buyer's pages before he asks."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from engine.actors import SYSTEM
from engine.clock import FixedClock
from processes.cases.tables import CancellationCase
from processes.shipping.overdue import offer_overdue
from processes.shipping.tracking import CarrierReport, record_tracking_event
from tests.integration.web.conftest import Street
from tests.integration.web.test_pages import check
from tests.jobs import run_due_work
from tests.storefront import ship

TAKE = re.compile(r'action="(/orders/[^"]+/offers/[^"]+)"')
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("events", "days", "reason", "told", "shown"),
    [
        ((), 6, "L_DELAY", "物流延误", "物流延误"),
        (("lost",), 0, "L_LOST", "包裹丢失", "包裹丢失"),
        (("damaged",), 0, "L_DAMAGE", "运输损坏", "运输损坏"),
        ((), 3, "L_DELAY", "物流延误", "没有扫描记录"),
        ((), 8, "L_LOST", "包裹丢失", "包裹丢失"),
    ],
    ids=["late", "lost", "damaged", "stalled", "stalled-and-then-lost"],
)
def test_the_right_cancellation_is_offered_and_taken_with_one_click(
    street: Street,
    clock: FixedClock,
    events: tuple[str, ...],
    days: int,
    reason: str,
    told: str,
    shown: str,
) -> None:
    number, buyer = street.order(), street.person("buyer1")
    parcel = ship(street.tuidan, number, "in_transit")
    run_due_work(street.tuidan.engine)
    assert not TAKE.search(check(buyer, f"/orders/{number}"))
    for event in events:
        clock.advance(dt.timedelta(hours=1))
        with street.tuidan.transaction() as session:
            record_tracking_event(
                session,
                street.tuidan.engine,
                shipment_no=parcel,
                report=CarrierReport(event_id=event, event=event, at=clock.now()),
                actor=SYSTEM,
                now=clock.now(),
            )
    for _ in range(days):
        clock.advance(DAY)
        run_due_work(street.tuidan.engine)
    run_due_work(street.tuidan.engine)
    found = TAKE.search(check(buyer, f"/orders/{number}"))
    assert found is not None
    assert told in check(buyer, "/notifications")
    taken = buyer.post(found[1])
    assert taken.status_code == 302
    run_due_work(street.tuidan.engine)
    assert shown in check(buyer, taken.location)
    with street.tuidan.transaction() as session:
        case = session.scalars(sa.select(CancellationCase)).one()
        assert (case.reason, case.decided_how) == (reason, "automatic")


def test_what_the_shop_has_not_shipped_in_time_is_offered_and_taken_with_one_click(
    street: Street, clock: FixedClock
) -> None:
    number, buyer = street.order(), street.person("buyer1")
    clock.advance(3 * DAY)
    assert not offer_overdue(street.tuidan.transaction, clock.now())
    page = check(buyer, f"/orders/{number}")
    found = TAKE.search(page)
    assert found is not None
    assert "卖家无法按时发货" in page
    assert "店铺承诺在" in page
    assert "卖家无法按时发货" in check(buyer, "/notifications")
    assert street.person("buyer2").post(found[1]).status_code == 404
    first, again = buyer.post(found[1]), buyer.post(found[1])
    assert (first.status_code, again.location) == (302, first.location)
    run_due_work(street.tuidan.engine)
    assert "未按承诺在" in check(buyer, first.location)
    assert not TAKE.search(check(buyer, f"/orders/{number}"))


def test_the_page_says_why_an_offer_is_gone(street: Street, clock: FixedClock) -> None:
    number, buyer = street.order(), street.person("buyer1")
    parcel = ship(street.tuidan, number, "in_transit")
    for _ in range(3):
        clock.advance(DAY)
        run_due_work(street.tuidan.engine)
    page = check(buyer, f"/orders/{number}")
    assert "没有物流更新" in page
    assert "不再有效" not in page
    with street.tuidan.transaction() as session:
        report = CarrierReport(event_id="2", event="in_transit", at=clock.now())
        record_tracking_event(
            session, street.tuidan.engine, shipment_no=parcel, report=report, actor=SYSTEM, now=clock.now()
        )
    gone = check(buyer, f"/orders/{number}")
    assert not TAKE.search(gone)
    assert "不再有效" in gone
    assert "包裹又有了物流更新" in gone
