"""Requests that come at once: one of them happens, and all are told the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from processes.orders.tables import Order, Payment
from tests.integration.api.bodies import a_payment, a_shipment, an_order
from tests.integration.api.callers import Caller


@pytest.mark.parametrize("key", ["one-key", None])
def test_an_order_sent_many_times_at_once_is_placed_once(api: Caller, key: str | None) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.post("/orders", an_order(), key=key), range(16)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.get_data() for answer in answers}) == 1
    with api.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1


def test_payments_at_once_never_exceed_the_total(api: Caller) -> None:
    api.post("/orders", an_order())

    def pay(number: int) -> int:
        return api.post("/orders/A1/payments", a_payment(reference=f"W{number}", amount=11200)).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(pay, range(8)))
    assert statuses == [201, 201, *[409] * 6]
    with api.transaction() as session:
        assert session.scalar(sa.select(sa.func.sum(Payment.captured))) == 22400


def test_parcels_at_once_never_exceed_what_was_ordered(api: Caller) -> None:
    api.post("/orders", an_order())

    def ship(number: int) -> int:
        body = a_shipment(tracking_no=f"SF{number}", lines=[{"line_no": 1, "quantity": 1}])
        return api.post("/shipments", body).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(ship, range(8)))
    assert statuses == [201, 201, *[409] * 6]
