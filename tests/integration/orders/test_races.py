"""Cancel against ship, and two cases against each other, on connections of their own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.fakes import FakeProcessEngine
from processes.orders.holds import place_hold, release_hold
from processes.orders.orders import find_order
from processes.orders.tables import FulfilmentHold, OrderLine
from processes.shipping.shipments import record_shipment
from processes.shipping.tables import Shipment
from tests.marketplace import NOW, Transactions, marketplace

ROUNDS = 60


def test_a_parcel_and_a_hold_at_once_leave_no_doubt_who_was_first(database: sa.Engine) -> None:
    transaction = Transactions(database)
    with Session(database) as session:
        market = marketplace(session)
        orders = [market.order() for _ in range(ROUNDS)]
        numbers = [order.order_no for order in orders]
        session.commit()
    engine = FakeProcessEngine()

    def hold(order_no: str, barrier: threading.Barrier) -> bool:
        with transaction() as session:
            order = find_order(session, order_no)
            units = [(line.id, 1) for line in order.lines]
            barrier.wait()
            return place_hold(session, order, f"C-{order_no}", units, now=NOW)

    def ship(order_no: str, barrier: threading.Barrier) -> bool:
        with transaction() as session:
            order = find_order(session, order_no)
            barrier.wait()
            recorded = record_shipment(
                session,
                engine,
                order=order,
                carrier="顺丰",
                tracking_no=order_no,
                shipped_at=NOW,
                actor=SYSTEM,
                now=NOW,
            )
            return recorded.shipment.despite_hold

    outcomes = []
    with ThreadPoolExecutor(2) as pool:
        for number in numbers:
            barrier = threading.Barrier(2)
            held, despite = pool.submit(hold, number, barrier), pool.submit(ship, number, barrier)
            outcomes.append((number, held.result(), despite.result()))
    for number, held_first, despite_hold in outcomes:
        assert held_first == despite_hold
        told = [key for message, key, _ in engine.messages if message == "parcel_shipped"]
        assert (f"C-{number}" in told) == despite_hold
    with transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Shipment)) == ROUNDS


def test_two_cases_never_hold_the_same_unit(database: sa.Engine) -> None:
    transaction = Transactions(database)
    with Session(database) as session:
        order_no = marketplace(session).order(((100, 3),)).order_no
        session.commit()

    def hold_and_release(case: int) -> int:
        held = 0
        for turn in range(15):
            case_no = f"C{case}-{turn}"
            with transaction() as session:
                order = find_order(session, order_no)
                held += place_hold(session, order, case_no, [(order.lines[0].id, 2)], now=NOW)
            with transaction() as session:
                release_hold(session, case_no)
        return held

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(hold_and_release, range(6))) >= 1
    with transaction() as session:
        assert session.scalar(sa.select(OrderLine.quantity_held)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(FulfilmentHold)) == 0
