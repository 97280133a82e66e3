"""Cancel against ship, requests against each other, and cases against cases, on connections of their own."""

from __future__ import annotations

import functools
import uuid
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.errors import TuidanError
from processes.cases.errors import LineAlreadyInCase
from processes.cases.requesting import request_cancellation
from processes.cases.requests import RequestCancellation
from processes.cases.tables import CancellationCase
from processes.catalog.tables import StockItem
from processes.fakes import FakeProcessEngine
from processes.orders.holds import place_hold, release_hold
from processes.orders.orders import find_order
from processes.orders.tables import FulfilmentHold, OrderLine
from processes.shipping.shipments import record_shipment
from processes.shipping.tables import Shipment
from tests.marketplace import NOW, Marketplace, Transactions, marketplace
from tests.racing import race, rounds

SHIPPING_ROUNDS = 300
ASKING_ROUNDS = 250

_COPY_ORDERS = sa.text("""
    WITH made AS (
        INSERT INTO customer_order
        SELECT (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'order_no', 'R' || n))).*
        FROM customer_order o, generate_series(1, :number) n WHERE o.id = :original
        RETURNING id, order_no
    )
    INSERT INTO order_line
    SELECT (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'order_id', m.id))).*
    FROM order_line l, made m WHERE l.order_id = :original
    RETURNING (SELECT order_no FROM made WHERE made.id = order_line.order_id), id
""").bindparams(sa.bindparam("original", type_=sa.Uuid()))


def copies(market: Marketplace, number: int) -> list[tuple[str, uuid.UUID]]:
    """Copies of a paid order of one unit, made all at once; the number and the line of each."""
    original = market.order()
    stock = market.session.scalars(sa.select(StockItem)).one()
    stock.on_hand = stock.reserved = number + 1
    market.session.flush()
    rows = market.session.execute(_COPY_ORDERS, {"number": number, "original": original.id}).all()
    return [(order_no, line_id) for order_no, line_id in rows]


def test_a_parcel_and_a_hold_at_once_leave_no_doubt_who_was_first(database: sa.Engine) -> None:
    transaction = Transactions(database)
    with transaction() as session:
        orders = copies(marketplace(session), rounds(SHIPPING_ROUNDS))
    engine = FakeProcessEngine()

    def hold(order_no: str) -> bool:
        with transaction() as session:
            order = find_order(session, order_no)
            units = [(line.id, 1) for line in order.lines]
            return place_hold(session, order, f"C-{order_no}", units, now=NOW)

    def ship(order_no: str) -> bool:
        with transaction() as session:
            recorded = record_shipment(
                session,
                engine,
                order=find_order(session, order_no),
                carrier="顺丰",
                tracking_no=order_no,
                shipped_at=NOW,
                actor=SYSTEM,
                now=NOW,
            )
            return recorded.shipment.despite_hold

    results = race(
        [[functools.partial(hold, number), functools.partial(ship, number)] for number, _ in orders]
    )
    told = {key for message, key, _ in engine.messages if message == "parcel_shipped"}
    for (order_no, _), (held_first, despite_hold) in zip(orders, results, strict=True):
        assert held_first == despite_hold
        assert (f"C-{order_no}" in told) == despite_hold
    with transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Shipment)) == len(orders)


def test_requests_at_once_open_one_case(database: sa.Engine) -> None:
    transaction = Transactions(database)
    with transaction() as session:
        market = marketplace(session)
        orders = copies(market, rounds(ASKING_ROUNDS))

    def ask(order_no: str, line_id: uuid.UUID, key: str) -> str:
        request = RequestCancellation(
            order_no=order_no, lines=((line_id, 1),), reason="B_MIND", idempotency_key=f"{key}-{order_no}"
        )
        with transaction() as session:
            return request_cancellation(session, FakeProcessEngine(), request, market.buyer, NOW).case_no

    # A double click sends the same key twice; another tab has its own.
    results = race(
        [
            [functools.partial(ask, order_no, line_id, key) for key in ("click", "click", "tab")]
            for order_no, line_id in orders
        ]
    )
    for first, second, other in results:
        opened = {one for one in (first, second, other) if isinstance(one, str)}
        refused = [one for one in (first, second, other) if isinstance(one, TuidanError)]
        assert len(opened) == 1
        assert all(isinstance(one, LineAlreadyInCase) for one in refused)
        assert all(one.params["case_no"] in opened for one in refused)
        if isinstance(first, str):
            assert first == second
        else:
            assert isinstance(other, str)
    with transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CancellationCase)) == len(orders)


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
