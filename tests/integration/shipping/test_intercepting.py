"""Stopping parcels one by one: who answers, what is granted, and what the others come to."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.actors import SYSTEM, Actor
from processes.cases.errors import CaseNotFound
from processes.orders.tables import Order
from processes.shipping.errors import InterceptionEnded, ShipmentNotFound
from processes.shipping.intercepting import answer_interception, interceptions_of
from processes.shipping.missed import missed_parcels, reason_to_return
from processes.shipping.reporting import ParcelReport, take_report
from processes.shipping.rules import Answer
from processes.shipping.shipments import record_shipment
from processes.shipping.tables import Interception, Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from tests.integration.cases.play import DAY, HOUR, Play
from tests.racing import race, rounds

STRANGER = Actor(id="else", name="别家", groups=frozenset({"shop:00000000-0000-0000-0000-000000000000"}))


def leave(play: Play, order_no: str, **parcels: int) -> None:
    """Parcels leave with so many units of the first line; each is named by its tracking number."""
    with play.tuidan.transaction() as session:
        order = session.scalars(sa.select(Order).where(Order.order_no == order_no)).one()
        for number, units in parcels.items():
            record_shipment(
                session,
                play.tuidan.engine,
                order=order,
                carrier="顺丰",
                tracking_no=f"SF-{number}",
                shipped_at=play.clock.now(),
                units=[(1, units)],
                actor=play.seller,
                now=play.clock.now(),
            )
    play.work()


def report(play: Play, number: str, event: str) -> None:
    with play.tuidan.transaction() as session:
        one = CarrierReport(event_id=event, event=event, at=play.clock.now())
        named = ParcelReport(carrier="顺丰", tracking_no=f"SF-{number}", report=one)
        take_report(session, play.tuidan.engine, named, actor=SYSTEM, now=play.clock.now())
    play.work()


def answer(play: Play, case_no: str, number: str, said: Answer, actor: Actor | None = None) -> None:
    with play.tuidan.transaction() as session:
        shipment_no = session.scalars(
            sa.select(Shipment.shipment_no).where(Shipment.tracking_no == f"SF-{number}")
        ).one()
        answer_interception(
            session,
            play.tuidan.engine,
            case_no,
            shipment_no,
            said,
            actor=actor or play.seller,
            now=play.clock.now(),
        )
    play.work()


def known(play: Play, case_no: str) -> list[tuple[str | None, bool | None]]:
    with play.tuidan.transaction() as session:
        return [(one.answer, one.intercepted) for one in interceptions_of(session, case_no)]


def test_each_parcel_is_answered_for_and_what_was_stopped_is_refunded(play: Play) -> None:
    order_no = play.order(lines=[(1000, 5)])
    case_no = play.ask(order_no, "B_MIND", 5)
    leave(play, order_no, A=2, B=2)
    answer(play, case_no, "A", Answer.TOO_LATE)
    answer(play, case_no, "A", Answer.ACCEPTED)
    assert play.view(case_no).case.status == "intercepting"
    assert "parcel_being_stopped" in play.told()
    with pytest.raises(ShipmentNotFound):
        answer(play, play.ask(play.order(), "B_MIND", 2), "A", Answer.ACCEPTED)
    report(play, "B", "intercept_refused")
    assert known(play, case_no) == [("accepted", True), ("refused", False)]
    view = play.view(case_no)
    # Two were stopped, and one never left; the two of the other parcel reach the buyer.
    assert (view.case.outcome, view.case.refunded, view.lines[0].accepted) == ("refunded", 3000, 3)
    line = view.lines[0].order_line
    assert (line.quantity_shipped, line.quantity_cancelled, line.quantity_cancelled_unshipped) == (4, 3, 1)
    assert line.quantity_returned == 2
    answer(play, case_no, "A", Answer.ACCEPTED)
    with pytest.raises(InterceptionEnded):
        answer(play, case_no, "A", Answer.REFUSED)
    assert "parcel_not_stopped" not in play.told()
    report(play, "B", "delivered")
    assert "parcel_not_stopped" in play.told()
    with play.tuidan.transaction() as session:
        case = view.case
        (missed,) = missed_parcels(session, case_no)
        assert (missed.tracking_no, reason_to_return(case)) == ("SF-B", "Q_EXPECT")
    back = play.ask(order_no, "Q_EXPECT", 2)
    play.do(back, play.seller, decision="agree")
    play.do(back, play.buyer, carrier="中通快递", tracking_no="ZT20260001")
    play.do(back, play.seller, inspection="accept")
    assert play.view(back).case.refunded == 2000


def test_silence_until_the_deadline_leaves_what_was_stopped_granted(play: Play) -> None:
    order_no = play.order(lines=[(1000, 3)])
    case_no = play.ask(order_no, "B_MIND", 3)
    leave(play, order_no, A=1, B=2)
    report(play, "A", "intercept_accepted")
    report(play, "A", "in_transit")
    assert play.view(case_no).case.status == "intercepting"
    play.wait(7 * DAY)
    play.ended(case_no, "refunded", 1000)
    assert known(play, case_no) == [("accepted", True), ("unanswered", False)]


def test_a_parcel_that_was_to_be_stopped_and_arrives_counts_for_more_than_a_promise(play: Play) -> None:
    order_no = play.order(lines=[(1000, 3)])
    case_no = play.ask(order_no, "B_MIND", 3)
    leave(play, order_no, A=1, B=2)
    report(play, "A", "intercept_accepted")
    play.wait(HOUR)
    report(play, "A", "delivered")
    play.do(case_no, play.seller, intercepted="yes")
    play.ended(case_no, "refunded", 2000)
    assert known(play, case_no) == [("accepted", False), ("accepted", True)]
    assert "parcel_not_stopped" in play.told()
    play.wait(HOUR)
    report(play, "B", "delivered")
    assert "stopped_parcel_delivered" in play.told()
    play.ended(case_no, "refunded", 2000)


def test_a_case_that_has_ended_takes_no_answer_and_nobody_else_gives_one(play: Play) -> None:
    order_no = play.order(lines=[(1000, 2)])
    case_no = play.ask(order_no, "B_MIND", 2)
    leave(play, order_no, A=2)
    for other in (play.buyer, STRANGER):
        with pytest.raises(CaseNotFound):
            answer(play, case_no, "A", Answer.ACCEPTED, other)
    report(play, "A", "intercept_too_late")
    play.ended(case_no, "delivered_anyway", 0)
    assert "closed_not_stopped" in play.told()
    report(play, "A", "intercept_accepted")
    assert known(play, case_no) == [("too_late", False)]


def test_delivered_against_stopped_comes_to_one_of_the_two(play: Play) -> None:
    number = rounds(6)
    cases: dict[str, tuple[str, str]] = {}
    for turn in range(number):
        order_no = play.order(lines=[(1000, 1)])
        case_no = play.ask(order_no, "B_MIND", 1)
        leave(play, order_no, **{f"R{turn}": 1})
        with play.tuidan.transaction() as session:
            shipment_no = session.scalars(
                sa.select(Shipment.shipment_no).where(Shipment.tracking_no == f"SF-R{turn}")
            ).one()
        cases[case_no] = (order_no, shipment_no)
    play.clock.advance(HOUR)

    def stopped(case_no: str, shipment_no: str) -> str:
        with play.tuidan.transaction() as session:
            answer_interception(
                session,
                play.tuidan.engine,
                case_no,
                shipment_no,
                Answer.ACCEPTED,
                actor=play.seller,
                now=play.clock.now(),
            )
        return "stopped"

    def delivered(shipment_no: str) -> str:
        with play.tuidan.transaction() as session:
            record_tracking_event(
                session,
                play.tuidan.engine,
                shipment_no=shipment_no,
                report=CarrierReport(event_id="d", event="delivered", at=play.clock.now()),
                actor=SYSTEM,
                now=play.clock.now(),
            )
        return "delivered"

    outcomes = race(
        [
            (
                lambda case_no=case_no, no=no: stopped(case_no, no),  # type: ignore[misc]
                lambda no=no: delivered(no),  # type: ignore[misc]
            )
            for case_no, (_, no) in cases.items()
        ]
    )
    play.work()
    with play.tuidan.transaction() as session:
        rows = {
            one.case_no: (one.intercepted, one.concluded_at is not None)
            for one in session.scalars(sa.select(Interception))
        }
    for (case_no, _), (said, arrived) in zip(cases.items(), outcomes, strict=True):
        assert arrived == "delivered"
        case = play.view(case_no).case
        won, concluded = rows[case_no]
        assert concluded
        assert (case.outcome, case.refunded) == (("refunded", 1000) if won else ("delivered_anyway", 0))
        assert isinstance(said, InterceptionEnded) is (not won)
