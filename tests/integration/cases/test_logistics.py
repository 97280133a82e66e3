"""Trouble on the way: what records prove is agreed at once; goods are stopped or come back."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from processes.orders.tables import Order
from processes.shipping.tables import CancellationOffer, Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from tests.integration.cases.play import DAY, HOUR, Play
from webapp.bundles import read_bundle


def promise(play: Play, order_no: str, within: dt.timedelta) -> None:
    with play.tuidan.transaction() as session:
        order = session.scalars(sa.select(Order).where(Order.order_no == order_no)).one()
        order.promised_at = order.promised_ship_by = play.clock.now() + within


def report(play: Play, order_no: str, event: str) -> None:
    with play.tuidan.transaction() as session:
        shipment_no = session.scalars(
            sa.select(Shipment.shipment_no).join(Order).where(Order.order_no == order_no)
        ).one()
        record_tracking_event(
            session,
            play.tuidan.engine,
            shipment_no=shipment_no,
            report=CarrierReport(event_id=event, event=event, at=play.clock.now()),
            actor=play.seller,
            now=play.clock.now(),
        )
    play.work()


def offered(play: Play) -> list[str]:
    with play.tuidan.transaction() as session:
        return list(session.scalars(sa.select(CancellationOffer.reason)))


def test_a_late_parcel_is_offered_before_the_buyer_asks_and_stopped_on_its_way(play: Play) -> None:
    order_no = play.order(freight=800)
    promise(play, order_no, 2 * DAY)
    play.ship(order_no)
    play.wait(2 * DAY, 2 * DAY)
    assert offered(play) == ["L_DELAY"]
    case_no = play.ask(order_no, "L_DELAY")
    view = play.view(case_no)
    assert (view.case.decided_how, view.case.status) == ("automatic", "intercepting")
    play.do(case_no, play.seller, intercepted="yes")
    ended = play.ended(case_no, "refunded", 10_800)
    assert ended.liability is not None
    assert ended.liability.fault == "seller"
    assert "cancellation_offered" in play.told()


def test_a_late_parcel_that_arrives_all_the_same_is_sent_back(play: Play) -> None:
    order_no = play.order()
    promise(play, order_no, 2 * DAY)
    play.ship(order_no)
    play.wait(4 * DAY)
    case_no = play.ask(order_no, "L_DELAY")
    play.do(case_no, play.seller, intercepted="no")
    play.do(case_no, play.buyer, carrier="中通快递", tracking_no="ZT20260001")
    play.wait(20 * DAY)
    play.wait(15 * DAY)
    play.ended(case_no, "refunded", 10_000)


def test_a_lost_parcel_is_refunded_without_asking(play: Play) -> None:
    order_no = play.order(freight=800)
    promise(play, order_no, 5 * DAY)
    play.ship(order_no)
    report(play, order_no, "lost")
    assert offered(play) == ["L_LOST"]
    ended = play.ended(play.ask(order_no, "L_LOST"), "refunded", 10_800)
    assert ended.case.decided_how == "automatic"
    assert ended.liability is not None
    assert ended.liability.fault == "carrier"


def test_a_seller_who_missed_his_date_for_shipping_is_not_asked(play: Play) -> None:
    order_no = play.order(freight=800)
    promise(play, order_no, HOUR)
    play.wait(2 * DAY)
    ended = play.ended(play.ask(order_no, "L_NOSHIP"), "refunded", 10_800)
    assert ended.case.decided_how == "automatic"


def test_a_claim_that_the_records_do_not_prove_is_the_sellers_to_decide(play: Play) -> None:
    order_no = play.order()
    promise(play, order_no, 5 * DAY)
    play.ship(order_no)
    case_no = play.ask(order_no, "L_DAMAGE", photo_count=2)
    assert play.view(case_no).case.status == "awaiting_seller"
    play.do(
        case_no, play.seller, decision="refuse", refusal_code="NOT_AS_CLAIMED", explanation="承运方无破损记录"
    )
    play.do(case_no, play.buyer, answer="accept")
    play.ended(case_no, "refusal_accepted", 0)


def test_an_analyst_changes_a_limit_in_a_table_and_new_cases_follow_it(play: Play) -> None:
    before = play.ask(play.order())
    assert play.view(before).tasks[0].due_at == play.clock.now() + 48 * HOUR
    files = dict(read_bundle(play.tuidan.settings.bpmn_dir))
    table = files["cancellation_limits.dmn"]
    assert '"PT48H"' in table
    files["cancellation_limits.dmn"] = (
        table.replace('"PT48H"', '"PT12H"').replace('"PT24H"', '"PT6H"').replace('"PT42H"', '"PT9H"')
    )
    with play.tuidan.transaction() as session:
        play.tuidan.engine.deploy(
            session, files, actor=play.seller, note="sellers answer within twelve hours"
        )
    after = play.ask(play.order())
    assert play.view(after).tasks[0].due_at == play.clock.now() + 12 * HOUR
    assert play.view(before).tasks[0].due_at == play.clock.now() + 47 * HOUR, (
        "a running case keeps its limits"
    )
