"""Withdrawing, reopening, deciding several, and what an order offers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.errors import NotFound
from processes.cases.batch import BATCH_MAXIMUM, BatchTooLarge, decide_batch
from processes.cases.carrying import close
from processes.cases.commands import (
    RequestCancellation,
    eligibility,
    reopen,
    request_cancellation,
    withdraw,
)
from processes.cases.errors import CaseEnded, CaseNotFound, CaseNotReopenable, CaseNotWithdrawable
from processes.cases.tables import CancellationCase, CaseEvent
from processes.cases.timeline import write_events
from processes.fakes import ELIGIBLE, FakeProcessEngine
from tests.integration.cases.waiting import Runtime
from tests.marketplace import NOW, Marketplace, marketplace


@pytest.fixture
def market(session: Session) -> Marketplace:
    return marketplace(session)


@pytest.fixture
def engine() -> FakeProcessEngine:
    return FakeProcessEngine()


def a_case(market: Marketplace, engine: FakeProcessEngine, **changes: Any) -> CancellationCase:
    order = market.order([(100, 2), (200, 1)])
    values: dict[str, Any] = {"reason": "B_MIND"} | changes
    actor = market.seller if values.get("initiator") == "seller" else market.buyer
    request = RequestCancellation(order_no=order.order_no, lines=((order.lines[0].id, 1),), **values)
    return request_cancellation(market.session, engine, request, actor, NOW)


def test_a_withdrawal_goes_to_the_process(market: Marketplace, engine: FakeProcessEngine) -> None:
    case = a_case(market, engine)
    withdraw(market.session, engine, case.case_no, market.buyer, NOW)
    assert [message[:2] for message in engine.messages] == [("case_withdrawn", case.case_no)]
    write_events(market.session)
    kinds = market.session.scalars(sa.select(CaseEvent.kind).order_by(CaseEvent.id)).all()
    assert kinds == ["requested", "withdrawal_asked"]


def test_only_who_asked_may_withdraw(market: Marketplace, engine: FakeProcessEngine) -> None:
    case = a_case(market, engine)
    for actor in (market.seller, market.agent):
        with pytest.raises(CaseNotFound):
            withdraw(market.session, engine, case.case_no, actor, NOW)
    own = a_case(market, engine, initiator="seller", reason="B_OOS")
    with pytest.raises(CaseNotFound):
        withdraw(market.session, engine, own.case_no, market.buyer, NOW)
    withdraw(market.session, engine, own.case_no, market.seller, NOW)


def test_a_withdrawal_that_lost_says_so(market: Marketplace, engine: FakeProcessEngine) -> None:
    case = a_case(market, engine)
    engine.takes_messages = False
    case.status, case.decided_by_name, case.decided_at = "refunding", "李掌柜", NOW
    market.session.flush()
    with pytest.raises(CaseNotWithdrawable) as refusal:
        withdraw(market.session, engine, case.case_no, market.buyer, NOW)
    assert refusal.value.params["by"] == "李掌柜"
    close(market.session, case, "refunded", actor=SYSTEM, now=NOW)
    with pytest.raises(CaseEnded) as ended:
        withdraw(market.session, engine, case.case_no, market.buyer, NOW)
    assert ended.value.params["outcome"] == "refunded"


def test_a_lapsed_return_is_reopened_by_its_task(
    market: Marketplace, engine: FakeProcessEngine, session: Session
) -> None:
    case = a_case(market, engine)
    with pytest.raises(CaseNotReopenable):
        reopen(session, engine, case.case_no, market.buyer, NOW)
    task = Runtime(session).task(case.case_no, f"buyer:{market.buyer.id}", None, "task_reopen_return")
    with pytest.raises(CaseNotFound):
        reopen(session, engine, case.case_no, market.seller, NOW)
    reopen(session, engine, case.case_no, market.buyer, NOW)
    assert engine.completed == [(task.id, {})]


class Picky(FakeProcessEngine):
    """Refuses one task."""

    refused: uuid.UUID

    def complete_task(self, session: Session, task_id: uuid.UUID, **options: Any) -> None:
        """Refuse it, or remember."""
        if task_id == self.refused:
            raise NotFound
        super().complete_task(session, task_id, **options)


def test_a_batch_decides_each_on_its_own(market: Marketplace) -> None:
    engine, opened = Picky(), []
    tasks = [uuid.uuid4() for _ in range(3)]
    engine.refused = tasks[1]

    @contextmanager
    def transaction() -> Iterator[Session]:
        opened.append(1)
        yield market.session

    results = decide_batch(transaction, engine, [*tasks, tasks[0]], {"decision": "agree"}, market.seller)
    assert [result.ok for result in results] == [True, False, True]
    assert isinstance(results[1].error, NotFound)
    assert len(opened) == 3
    assert engine.completed == [(tasks[0], {"decision": "agree"}), (tasks[2], {"decision": "agree"})]
    with pytest.raises(BatchTooLarge):
        decide_batch(transaction, engine, [uuid.uuid4() for _ in range(BATCH_MAXIMUM + 1)], {}, market.seller)


def by_flow(allowed: dict[str, bool]) -> FakeProcessEngine:
    return FakeProcessEngine(
        answer=lambda v: (
            ELIGIBLE
            | (
                {}
                if allowed[v["flow"]]
                else {"eligible": False, "ineligible_code": "NOT_SHIPPED", "ineligible_text": "尚未发货"}
            )
        )
    )


def test_an_order_offers_what_the_table_allows(market: Marketplace) -> None:
    order = market.order([(100, 2), (200, 1)])
    engine = by_flow({"buyer": True, "logistics": False, "product": False})
    buyer, logistics, product = eligibility(market.session, engine, order, NOW)
    assert buyer.allowed
    assert buyer.reasons == ("B_MIND", "B_WRONG", "B_PRICE", "B_OOS", "OTHER")
    assert [line.quantity for line in buyer.lines] == [2, 1]
    assert (logistics.allowed, logistics.code, logistics.text) == (False, "NOT_SHIPPED", "尚未发货")
    assert not product.allowed
    seller = eligibility(market.session, engine, order, NOW, "seller")[0]
    assert seller.reasons == ("B_OOS", "OTHER")


def test_lines_in_a_case_are_not_offered_again(market: Marketplace, engine: FakeProcessEngine) -> None:
    case = a_case(market, engine)
    buyer = eligibility(market.session, engine, case.order, NOW)[0]
    assert [(line.quantity, line.in_case) for line in buyer.lines] == [(0, case.case_no), (1, None)]
    assert buyer.allowed
    request = RequestCancellation(
        order_no=case.order_no, lines=((case.order.lines[1].id, 1),), reason="B_PRICE"
    )
    request_cancellation(market.session, engine, request, market.buyer, NOW)
    assert {offer.code for offer in eligibility(market.session, engine, case.order, NOW)} == {
        "ALREADY_IN_CASE"
    }


def test_a_cancelled_order_offers_nothing(market: Marketplace, engine: FakeProcessEngine) -> None:
    order = market.order()
    order.state = "cancelled"
    assert {offer.code for offer in eligibility(market.session, engine, order, NOW)} == {"ORDER_CANCELLED"}
