"""Some units of a line, several parcels of it, and case after case: the counters and the money agree."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from processes.cases.commands import withdraw
from processes.cases.errors import LineAlreadyInCase, UnitsNotShipped, UnitsShipped
from processes.orders.tables import Order, OrderLine, Payment
from processes.shipping.shipments import record_shipment
from processes.shipping.tables import Interception, Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from tests.integration.cases.play import Play


def parcel(play: Play, order_no: str, quantity: int, number: str, event: str = "") -> None:
    """Some units of the first line leave, and the carrier reports something of them."""
    with play.tuidan.transaction() as session:
        shipment = record_shipment(
            session,
            play.tuidan.engine,
            order=session.scalars(sa.select(Order).where(Order.order_no == order_no)).one(),
            carrier="顺丰",
            tracking_no=f"{number}-{order_no}",
            shipped_at=play.clock.now(),
            units=[(1, quantity)],
            actor=play.seller,
            now=play.clock.now(),
        ).shipment
        if event:
            record_tracking_event(
                session,
                play.tuidan.engine,
                shipment_no=shipment.shipment_no,
                report=CarrierReport(event_id="1", event=event, at=play.clock.now()),
                actor=play.seller,
                now=play.clock.now(),
            )
    play.work()


def agreed(play: Play, order_no: str, reason: str, quantity: int) -> int:
    """A case that is agreed to, by the seller if he is asked; what it has paid back."""
    case_no = play.ask(order_no, reason, quantity)
    if play.view(case_no).case.status == "awaiting_seller":
        play.do(case_no, play.seller, decision="agree")
    case = play.view(case_no).case
    assert case.outcome == "refunded"
    return case.refunded


def counters(play: Play) -> tuple[int, int, int, int]:
    """Shipped, cancelled, cancelled before they left, and held."""
    with play.tuidan.transaction() as session:
        line = session.scalars(sa.select(OrderLine)).one()
        return (
            line.quantity_shipped,
            line.quantity_cancelled,
            line.quantity_cancelled_unshipped,
            line.quantity_held,
        )


def test_a_line_that_has_left_in_part_is_cancelled_in_parts(play: Play) -> None:
    order_no = play.order(lines=[(333, 5)], discount=100, freight=7)
    parcel(play, order_no, 3, "A")
    with pytest.raises(UnitsShipped) as caught:
        play.ask(order_no, "B_MIND", 3)
    assert caught.value.params == {"asked": 3, "line_no": 1, "available": 2}
    with pytest.raises(UnitsNotShipped):
        play.ask(order_no, "L_LOST", 4)
    # floor(1565 × 2 ÷ 5); the freight stays, since something has left.
    assert agreed(play, order_no, "B_MIND", 2) == 626
    assert counters(play) == (3, 2, 2, 0)
    with play.tuidan.transaction() as session:
        shipment_no = session.scalars(sa.select(Shipment.shipment_no)).one()
        record_tracking_event(
            session,
            play.tuidan.engine,
            shipment_no=shipment_no,
            report=CarrierReport(event_id="2", event="lost", at=play.clock.now()),
            actor=play.seller,
            now=play.clock.now(),
        )
    # The carrier is at fault, so that the freight goes back with the first of these.
    assert agreed(play, order_no, "L_LOST", 1) == 313 + 7
    assert agreed(play, order_no, "L_LOST", 2) == 626
    assert counters(play) == (3, 5, 2, 0)
    with play.tuidan.transaction() as session:
        payment = session.scalars(sa.select(Payment)).one()
        assert payment.refunded_succeeded == payment.captured == 1572


def test_one_lost_parcel_of_two_proves_no_more_than_was_in_it(play: Play) -> None:
    order_no = play.order(lines=[(1000, 5)])
    parcel(play, order_no, 3, "A", "lost")
    parcel(play, order_no, 2, "B")
    whole = play.ask(order_no, "L_LOST", 5)
    assert play.view(whole).case.status == "awaiting_seller"
    with play.tuidan.transaction() as session:
        withdraw(session, play.tuidan.engine, whole, play.buyer, play.clock.now())
    play.work()
    lost = play.view(play.ask(order_no, "L_LOST", 3)).case
    assert (lost.decided_how, lost.refunded) == ("automatic", 3000)
    assert counters(play) == (5, 3, 0, 0)


def test_case_after_case_of_one_line_but_never_two_at_once(play: Play) -> None:
    order_no = play.order(lines=[(1000, 3)])
    first = play.ask(order_no, "B_MIND", 1)
    with pytest.raises(LineAlreadyInCase):
        play.ask(order_no, "B_MIND", 2)
    play.do(first, play.seller, decision="agree")
    assert agreed(play, order_no, "B_WRONG", 1) == 1000
    assert agreed(play, order_no, "B_PRICE", 1) == 1000
    assert counters(play) == (0, 3, 3, 0)
    assert play.stock() == (100, 0, 0, 0)


def test_every_parcel_that_leaves_in_spite_of_a_case_is_to_be_stopped(play: Play) -> None:
    order_no = play.order(lines=[(1000, 5)])
    case_no = play.ask(order_no, "B_MIND", 5)
    parcel(play, order_no, 3, "A")
    assert play.view(case_no).case.status == "intercepting"
    parcel(play, order_no, 1, "B")
    with play.tuidan.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Interception)) == 2
    play.do(case_no, play.seller, intercepted="yes")
    assert play.view(case_no).case.outcome == "refunded"
    assert counters(play) == (4, 5, 1, 0)
    assert play.stock() == (100, 0, 0, 0)
