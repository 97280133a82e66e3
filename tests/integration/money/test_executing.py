"""Refunds are paid out exactly once, whatever the gateway and the machine do."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from processes.cases.tables import CaseEvent
from processes.money.errors import RefundFailed, RefundNotFound, RefundUnsettled
from processes.money.gateway import ChargebackStanding, Outcome, RefundGateway, RefundRequest
from processes.money.ledger.faults import set_fault
from processes.orders.tables import Order
from tests.integration.money.desk import Desk, cancelled
from tests.marketplace import marketplace


@pytest.fixture
def desk(database: sa.Engine, clock: FixedClock) -> Desk:
    return Desk(database, clock)


def two_tenders(desk: Desk) -> str:
    return desk.prepared(lines=[(1000, 2)], tenders=[("wechat", 1500), ("points", 500)])


def fault(desk: Desk, mode: Any, **options: Any) -> None:
    with desk.transaction() as session:
        set_fault(session, mode, now=desk.clock.now(), **options)


class Dying(Exception):
    """The process is killed."""


class DyingGateway:
    """Dies before or after the real gateway has done its work."""

    def __init__(self, gateway: RefundGateway, *, after: bool) -> None:
        self.gateway, self.after, self.submitted = gateway, after, 0

    def provider_of(self, tender: str) -> str:
        return self.gateway.provider_of(tender)

    def chargeback(self, provider: str, reference: str) -> ChargebackStanding:
        return self.gateway.chargeback(provider, reference)

    def submit(self, request: RefundRequest) -> Outcome:
        self.submitted += 1
        if self.after:
            self.gateway.submit(request)
        raise Dying

    def query(self, request: RefundRequest) -> Outcome:
        return self.gateway.query(request)


def test_a_refund_is_paid_out_by_each_tender_and_settled(desk: Desk) -> None:
    refund_no = two_tenders(desk)
    assert desk.payments() == [("wechat", 1500, 0), ("points", 500, 0)]
    assert desk.run(refund_no).execute() == "succeeded"
    assert desk.payments() == [("wechat", 1500, 0), ("points", 500, 0)]
    desk.settle(refund_no)
    desk.settle(refund_no)
    assert desk.payments() == [("wechat", 0, 1500), ("points", 0, 500)]
    refund = desk.refund(refund_no)
    assert refund.status == "succeeded"
    assert refund.settled_at == desk.clock.now()
    assert [len(part.attempts) for part in refund.parts] == [1, 1]
    assert desk.moved() == 2000
    with desk.transaction() as session:
        order = session.scalars(sa.select(Order)).one()
        assert [line.refunded for line in order.lines] == [2000]
        kinds = session.scalars(sa.select(CaseEvent.kind).order_by(CaseEvent.id)).all()
        assert kinds[-1] == "refund_settled"


def test_repetition_moves_nothing(desk: Desk) -> None:
    refund_no = two_tenders(desk)
    for _ in range(3):
        assert desk.run(refund_no).execute() == "succeeded"
        assert desk.run(refund_no).query(last=True) == "succeeded"
    assert desk.moved() == 2000
    assert [len(part.attempts) for part in desk.refund(refund_no).parts] == [1, 1]


def test_runs_at_the_same_time_move_money_once(desk: Desk) -> None:
    refund_no = two_tenders(desk)
    with ThreadPoolExecutor(5) as pool:
        statuses = set(pool.map(lambda _: desk.run(refund_no).execute(), range(10)))
    assert statuses == {"succeeded"}
    assert desk.moved() == 2000
    assert [len(part.attempts) for part in desk.refund(refund_no).parts] == [1, 1]


@pytest.mark.parametrize("after", [False, True])
def test_a_process_killed_around_the_gateway_asks_before_it_repeats(desk: Desk, after: bool) -> None:
    refund_no = two_tenders(desk)
    real = desk.gateway
    desk.gateway = DyingGateway(real, after=after)
    with pytest.raises(Dying):
        desk.run(refund_no).execute()
    desk.gateway = real
    assert desk.run(refund_no).execute() == "succeeded"
    assert desk.moved() == 2000
    first = desk.refund(refund_no).parts[0]
    assert [attempt.outcome for attempt in first.attempts] == (
        ["succeeded"] if after else [None, "succeeded"]
    )


def test_a_time_out_is_unknown_not_failed(desk: Desk) -> None:
    refund_no = two_tenders(desk)
    fault(desk, "timeout", count=1, tender="wechat")
    assert desk.run(refund_no).execute() == "pending"
    parts = desk.refund(refund_no).parts
    assert [part.status for part in parts] == ["pending", "succeeded"]
    assert desk.payments()[0] == ("wechat", 1500, 0)
    with pytest.raises(RefundUnsettled):
        desk.settle(refund_no)
    assert desk.run(refund_no).query(last=False) == "succeeded"
    assert [len(part.attempts) for part in desk.refund(refund_no).parts] == [2, 1]
    assert desk.moved() == 2000


def test_a_time_out_after_success_is_not_repeated(desk: Desk) -> None:
    refund_no = two_tenders(desk)
    fault(desk, "timeout_after_success", count=1)
    assert desk.run(refund_no).execute() == "pending"
    assert desk.run(refund_no).query(last=False) == "succeeded"
    assert [len(part.attempts) for part in desk.refund(refund_no).parts] == [1, 1]
    assert desk.moved() == 2000


def test_a_late_refund_is_asked_for_until_it_has_settled(desk: Desk) -> None:
    refund_no = two_tenders(desk)
    fault(desk, "late", count=2, delay_seconds=3600)
    assert desk.run(refund_no).execute() == "pending"
    assert desk.run(refund_no).query(last=False) == "pending"
    with pytest.raises(RefundUnsettled):
        desk.run(refund_no).query(last=True)
    desk.clock.advance(dt.timedelta(hours=1))
    assert desk.run(refund_no).query(last=True) == "succeeded"
    assert desk.moved() == 2000


def test_a_half_done_refund_resumes_at_the_tender_that_failed(desk: Desk) -> None:
    refund_no = two_tenders(desk)
    fault(desk, "fail", tender="points", count=2, failure_code="POINTS_CLOSED")
    assert desk.run(refund_no).execute() == "failed"
    assert desk.run(refund_no).execute() == "failed"
    assert desk.moved() == 1500
    assert desk.payments()[1] == ("points", 500, 0)
    with pytest.raises(RefundFailed) as failure:
        desk.run(refund_no).query(last=False)
    assert failure.value.params["failure_code"] == "POINTS_CLOSED"
    assert desk.refund(refund_no).status == "failed"
    assert desk.run(refund_no).query(last=False) == "succeeded"
    assert [len(part.attempts) for part in desk.refund(refund_no).parts] == [1, 3]
    desk.settle(refund_no)
    assert desk.moved() == 2000


def test_a_refund_of_nothing_settles_at_once(desk: Desk) -> None:
    with desk.transaction() as session:
        market = marketplace(session)
        refund_no = cancelled(market, market.order(paid=False)).refund_no
    assert desk.run(refund_no).execute() == "succeeded"
    desk.settle(refund_no)
    assert desk.refund(refund_no).status == "succeeded"


def test_an_unknown_refund_is_refused(desk: Desk) -> None:
    with pytest.raises(RefundNotFound):
        desk.run("R0").execute()
    with pytest.raises(RefundNotFound):
        desk.settle("R0")


def test_settling_in_parallel_counts_once(desk: Desk) -> None:
    refund_no = two_tenders(desk)
    desk.run(refund_no).execute()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: desk.settle(refund_no), range(12)))
    assert desk.payments() == [("wechat", 0, 1500), ("points", 0, 500)]
