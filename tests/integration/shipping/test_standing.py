"""Offers follow the records and the cases: made once, put to rest, made again, and ended with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine.actors import SYSTEM
from processes.cases.commands import withdraw
from processes.cases.queries import case_view
from processes.notifications.tables import Notification
from processes.orders.orders import find_order
from processes.shipping.errors import OfferLapsed
from processes.shipping.expiring import expire_offers
from processes.shipping.shipments import record_shipment
from processes.shipping.tables import Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from tests.integration.cases.play import DAY, HOUR, Play
from tests.integration.shipping.offering import offers, take, told
from tests.racing import race, rounds

WORDS = "页面写的不是这个型号"


def on_its_way(play: Play, *, promised: dt.timedelta = 30 * DAY, **options: Any) -> str:
    order_no = play.order(**options)
    with play.tuidan.transaction() as session:
        find_order(session, order_no).promised_at = play.clock.now() + promised
    play.ship(order_no)
    play.work()
    return order_no


def tell(play: Play, order_no: str, event: str, tracking_no: str = "") -> None:
    with play.tuidan.transaction() as session:
        query = sa.select(Shipment.shipment_no).where(
            Shipment.tracking_no == (tracking_no or f"SF-{order_no}")
        )
        number = session.scalars(query).one()
        now = play.clock.now()
        report = CarrierReport(event_id=f"{event}{now}", event=event, at=now)
        record_tracking_event(
            session, play.tuidan.engine, shipment_no=number, report=report, actor=SYSTEM, now=now
        )


def give_up(play: Play, case_no: str) -> None:
    with play.tuidan.transaction() as session:
        withdraw(session, play.tuidan.engine, case_no, play.buyer, play.clock.now())


def refuse(play: Play, case_no: str) -> None:
    refusal = {"decision": "refuse", "refusal_code": "NOT_AS_CLAIMED", "explanation": "页面没有改过"}
    play.do(case_no, play.seller, **refusal)


def accept_refusal(play: Play, case_no: str) -> None:
    refuse(play, case_no)
    play.do(case_no, play.buyer, answer="accept")


def let_refusal_stand(play: Play, case_no: str) -> None:
    refuse(play, case_no)
    play.wait(8 * DAY)


@pytest.mark.parametrize("end", [give_up, accept_refusal, let_refusal_stand])
def test_what_was_noticed_during_a_case_is_offered_once_that_has_ended_without_a_refund(
    play: Play, end: Callable[[Play, str], None]
) -> None:
    order_no = on_its_way(play)
    case_no = play.ask(order_no, "L_INFO", text=WORDS)
    tell(play, order_no, "lost")
    (waiting,) = offers(play)
    assert (waiting.reason, waiting.made, waiting.ended_by, told(play)) == ("L_LOST", 0, "in_case", 0)
    assert waiting.ended(play.clock.now()) is None
    end(play, case_no)
    (offer,) = offers(play)
    assert (offer.made, offer.stands(play.clock.now()), told(play)) == (1, True, 1)
    assert offer.valid_until == offer.offered_at + 14 * DAY
    assert play.view(take(play, offer)).case.outcome == "refunded"
    assert told(play) == 1


def test_an_offer_rests_while_its_goods_are_in_a_case_of_their_own(play: Play) -> None:
    order_no = on_its_way(play)
    tell(play, order_no, "damaged")
    (offer,) = offers(play)
    case_no = play.ask(order_no, "L_INFO", text=WORDS)
    (resting,) = offers(play)
    assert resting.ended(play.clock.now()) == "in_case"
    with pytest.raises(OfferLapsed):
        take(play, offer)
    play.wait(DAY)
    give_up(play, case_no)
    (again,) = offers(play)
    assert (again.made, again.offered_at, told(play)) == (2, play.clock.now(), 2)
    assert again.valid_until == play.clock.now() + 14 * DAY


def test_units_that_a_case_left_alone_are_offered_when_it_has_ended(play: Play) -> None:
    order_no = on_its_way(play, lines=[(5000, 3)])
    tell(play, order_no, "lost")
    first = play.ask(order_no, "L_LOST", 1)
    assert play.view(first).case.outcome == "refunded"
    (offer,) = offers(play)
    assert (offer.made, offer.stands(play.clock.now())) == (2, True)
    second = take(play, offer)
    view = play.view(second)
    assert ([line.quantity for line in view.lines], view.case.outcome) == ([2], "refunded")
    assert (offers(play)[0].case_no, offers(play)[0].made) == (second, 2)


def test_an_offer_whose_case_came_to_nothing_stands_again_and_opens_another(play: Play) -> None:
    order_no = on_its_way(play)
    tell(play, order_no, "damaged")
    (offer,) = offers(play)
    first = take(play, offer)
    assert take(play, offer) == first
    tell(play, order_no, "delivered")
    play.work()
    assert play.view(first).case.status == "awaiting_return"
    play.wait(8 * DAY, 8 * DAY)
    assert play.view(first).case.outcome == "return_lapsed"
    (again,) = offers(play)
    assert (again.made, again.case_no, again.stands(play.clock.now())) == (2, None, True)
    assert take(play, again) != first


def test_of_two_parcels_of_a_line_only_the_one_in_trouble_is_offered(play: Play) -> None:
    order_no = play.order(lines=[(5000, 4)])
    for number in "AB":
        with play.tuidan.transaction() as session:
            order = find_order(session, order_no)
            order.promised_at = play.clock.now() + 30 * DAY
            record_shipment(
                session,
                play.tuidan.engine,
                order=order,
                carrier="顺丰",
                tracking_no=number,
                shipped_at=play.clock.now(),
                units=[(1, 2)],
                actor=play.seller,
                now=play.clock.now(),
            )
    tell(play, order_no, "lost", "A")
    assert play.view(play.ask(order_no, "L_LOST", 2)).case.outcome == "refunded"
    (lost,) = offers(play)
    assert lost.ended(play.clock.now()) == "cancelled"
    tell(play, order_no, "damaged", "B")
    damaged, _ = offers(play)
    with play.tuidan.transaction() as session:
        view = case_view(session, take(play, damaged), play.buyer)
        assert [line.quantity for line in view.lines] == [2]


def test_a_stalled_parcel_is_offered_by_the_table_and_no_more_once_it_moves(play: Play) -> None:
    order_no = on_its_way(play)
    tell(play, order_no, "in_transit")
    play.wait(3 * DAY)
    (offer,) = offers(play)
    assert (offer.reason, offer.stands(play.clock.now()), told(play)) == ("L_DELAY", True, 1)
    with play.tuidan.transaction() as session:
        stalled = sa.select(Notification.account_id).where(Notification.template == "parcel_stalled")
        assert {str(id_) for id_ in session.scalars(stalled)} == {play.seller.id}
    tell(play, order_no, "in_transit")
    assert offers(play)[0].ended(play.clock.now()) == "moving"
    with pytest.raises(OfferLapsed):
        take(play, offer)
    asked = play.ask(order_no, "L_DELAY")
    assert play.view(asked).case.decision is None
    give_up(play, asked)
    assert offers(play)[0].ended_by == "moving"
    play.wait(3 * DAY)
    (again,) = offers(play)
    assert (again.made, told(play)) == (2, 2)
    case = play.view(take(play, again)).case
    assert (case.decided_how, case.decision_basis) == ("automatic", "no_scan_for_too_long")


def test_a_parcel_that_is_scanned_every_day_never_stalls(play: Play) -> None:
    order_no = on_its_way(play)
    for _ in range(9):
        tell(play, order_no, "in_transit")
        play.wait(DAY)
    assert offers(play) == []
    assert "parcel_stalled" not in play.told()


def test_a_lost_parcel_is_not_late_any_more_and_both_end_when_it_arrives(play: Play) -> None:
    order_no = on_its_way(play)
    play.wait(3 * DAY, 4 * DAY)
    late, lost = offers(play)
    assert (late.reason, late.ended(play.clock.now())) == ("L_DELAY", "lost")
    assert (lost.reason, lost.stands(play.clock.now())) == ("L_LOST", True)
    tell(play, order_no, "delivered")
    late, lost = offers(play)
    assert [one.ended(play.clock.now()) for one in (late, lost)] == ["lost", "delivered"]


def test_an_offer_is_ended_when_its_goods_are_cancelled_otherwise(play: Play) -> None:
    order_no = on_its_way(play)
    for event in ("damaged", "lost"):
        tell(play, order_no, event)
        play.clock.advance(HOUR)
    damaged, lost = offers(play)
    assert play.view(take(play, lost)).case.outcome == "refunded"
    damaged, lost = offers(play)
    assert (damaged.ended_by, damaged.made, lost.ended(play.clock.now())) == ("cancelled", 1, None)


def test_offers_whose_time_is_up_are_ended_by_a_worker(play: Play) -> None:
    order_no = on_its_way(play)
    tell(play, order_no, "damaged")
    (offer,) = offers(play)
    assert offer.valid_until is not None
    assert not expire_offers(play.tuidan.transaction, offer.valid_until - HOUR)
    assert offers(play)[0].lapsed_at is None
    play.wait(15 * DAY)
    assert offer.ended(play.clock.now()) == "expired"
    for _ in range(2):
        assert not expire_offers(play.tuidan.transaction, play.clock.now())
    (ended, *_) = offers(play)
    assert (ended.reason, ended.ended_by, ended.lapsed_at) == ("L_DAMAGE", "expired", offer.valid_until)


def test_news_of_a_parcel_against_the_end_of_a_case_offers_exactly_once(play: Play) -> None:
    contests = []
    for _ in range(rounds(8)):
        order_no = on_its_way(play)
        case_no = play.ask(order_no, "L_INFO", text=WORDS)
        contests.append(
            [
                lambda order_no=order_no: tell(play, order_no, "lost"),
                lambda case_no=case_no: give_up(play, case_no),
            ]
        )
    race(contests)
    play.work()
    made = offers(play)
    assert len(made) == told(play) == len(contests)
    assert {(one.made, one.stands(play.clock.now())) for one in made} == {(1, True)}
