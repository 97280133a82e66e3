"""Asking for a cancellation: what is accepted, what is refused, and that twice is once."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM, Actor
from engine.errors import TuidanError
from processes.cases.errors import (
    ExplanationMissing,
    IdempotencyConflict,
    LineAlreadyInCase,
    LinesMissing,
    LineUnknown,
    NotEligible,
    QuantityInvalid,
    ReasonInvalid,
    TextTooLong,
)
from processes.cases.requesting import RequestCancellation, request_cancellation
from processes.cases.tables import CancellationCase, CaseLine
from processes.cases.timeline import write_events
from processes.fakes import ELIGIBLE, FakeProcessEngine
from processes.orders.errors import OrderNotFound
from processes.orders.tables import Order
from tests.marketplace import NOW, Marketplace, Transactions, marketplace


@pytest.fixture
def market(session: Session) -> Marketplace:
    return marketplace(session)


def ask(
    market: Marketplace, order: Order, *, actor: Actor | None = None, engine: Any = None, **changes: Any
) -> CancellationCase:
    values: dict[str, Any] = {
        "order_no": order.order_no,
        "lines": tuple((line.id, line.quantity) for line in order.lines),
        "reason": "B_MIND",
        "idempotency_key": "k1",
    } | changes
    return request_cancellation(
        market.session,
        engine or FakeProcessEngine(),
        RequestCancellation(**values),
        actor or market.buyer,
        NOW,
    )


def test_a_request_becomes_a_case_and_starts_its_process(market: Marketplace) -> None:
    engine = FakeProcessEngine()
    order = market.order([(5000, 2), (300, 1)], freight=800)
    case = ask(market, order, engine=engine, lines=((order.lines[0].id, 1),), text=" 买多了 ")
    assert case.case_no.startswith("C20260310")
    assert (case.flow, case.status, case.amount, case.text) == ("buyer", "open", 5000, "买多了")
    assert case.limits["seller_decides"] == "PT48H"
    (process_id, key, variables) = engine.started[0]
    assert (process_id, key) == ("buyer_cancellation", case.case_no)
    assert variables == {
        "case_id": case.case_no,
        "flow": "buyer",
        "initiator": "buyer",
        "reason": "B_MIND",
        "shop_id": str(order.shop_id),
        "buyer_id": str(order.buyer_id),
        "order_no": order.order_no,
        "order_state": "paid",
        "category": "home",
        "amount": 5000,
        "currency": "CNY",
        "minutes_since_payment": 0,
        "text_length": 3,
        "photo_count": 0,
        "buyer_standing": "new",
    }
    write_events(market.session)
    assert [event.kind for event in case.events] == ["requested"]
    assert case.instance_id is not None


def test_the_same_request_again_is_the_same_case(market: Marketplace) -> None:
    engine = FakeProcessEngine()
    order = market.order()
    assert ask(market, order, engine=engine) is ask(market, order, engine=engine)
    assert len(engine.started) == 1


def test_the_same_key_for_another_request_is_a_conflict(market: Marketplace) -> None:
    order = market.order()
    case = ask(market, order)
    with pytest.raises(IdempotencyConflict) as refusal:
        ask(market, order, reason="B_PRICE")
    assert refusal.value.params == {"case_no": case.case_no}
    with pytest.raises(IdempotencyConflict):
        ask(market, market.order())


def test_keys_of_different_people_have_nothing_to_do_with_each_other(market: Marketplace) -> None:
    ask(market, market.order())
    case = ask(market, market.order(), actor=market.seller, initiator="seller", reason="B_OOS")
    assert case.initiator == "seller"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"order_no": "nonsense"}, OrderNotFound),
        ({"initiator": "seller", "reason": "B_OOS"}, OrderNotFound),
        ({"initiator": "system", "reason": "L_LOST"}, OrderNotFound),
        ({"reason": "NO_SUCH"}, ReasonInvalid),
        ({"flow": "product"}, ReasonInvalid),
        ({"flow": "nonsense"}, ReasonInvalid),
        ({"reason": "OTHER", "text": "短"}, ExplanationMissing),
        ({"reason": "OTHER", "text": "一 " * 4}, ExplanationMissing),
        ({"reason": "Q_DEFECT"}, ExplanationMissing),
        ({"text": "字" * 2001}, TextTooLong),
        ({"lines": ()}, LinesMissing),
        ({"lines": ((uuid.uuid4(), 1),)}, LineUnknown),
    ],
)
def test_a_wrong_request_is_refused(
    market: Marketplace, changes: dict[str, Any], refusal: type[TuidanError]
) -> None:
    order = market.order()
    with pytest.raises(refusal):
        ask(market, order, **changes)
    assert market.session.scalars(sa.select(CancellationCase)).all() == []


@pytest.mark.parametrize("quantity", [0, -1, 3])
def test_quantities_are_checked(market: Marketplace, quantity: int) -> None:
    order = market.order([(100, 2)])
    with pytest.raises(QuantityInvalid):
        ask(market, order, lines=((order.lines[0].id, quantity),))


def test_a_line_named_twice_counts_once_with_its_sum(market: Marketplace) -> None:
    order = market.order([(100, 3)])
    line_id = order.lines[0].id
    case = ask(market, order, lines=((line_id, 1), (line_id, 1)))
    assert [line.quantity for line in case.lines] == [2]


def test_others_see_no_order(market: Marketplace) -> None:
    stranger = Actor(id="x", name="x", groups=frozenset({"buyer:x", "shop:x"}))
    with pytest.raises(OrderNotFound):
        ask(market, market.order(), actor=stranger)


def test_a_line_has_one_open_case(market: Marketplace) -> None:
    order = market.order([(100, 2), (200, 1)])
    case = ask(market, order, lines=((order.lines[0].id, 1),))
    with pytest.raises(LineAlreadyInCase) as refusal:
        ask(market, order, idempotency_key="k2", lines=((order.lines[0].id, 1),))
    assert refusal.value.params["case_no"] == case.case_no
    ask(market, order, idempotency_key="k3", lines=((order.lines[1].id, 1),))


def test_the_decision_table_can_refuse(market: Marketplace) -> None:
    engine = FakeProcessEngine(
        answer=lambda _: (
            ELIGIBLE | {"eligible": False, "ineligible_code": "SHIPPED", "ineligible_text": "已发货"}
        )
    )
    with pytest.raises(NotEligible) as refusal:
        ask(market, market.order(), engine=engine)
    assert refusal.value.params == {"code": "SHIPPED", "text": "已发货"}
    assert engine.started == []


def test_the_system_may_ask_for_what_it_has_seen(market: Marketplace) -> None:
    order = market.order()
    market.ship(order)
    case = ask(market, order, actor=SYSTEM, initiator="system", reason="L_LOST")
    assert (case.flow, case.order_state) == ("logistics", "shipped")


@pytest.fixture
def transaction(database: sa.Engine) -> Transactions:
    return Transactions(database)


def race(transaction: Transactions, keys: list[str]) -> list[str | type[TuidanError]]:
    """Ask for the same line at the same time under some keys; the case numbers or refusals."""
    with transaction() as session:
        market = marketplace(session)
        order = market.order([(100, 5)])
        request = {"order_no": order.order_no, "lines": ((order.lines[0].id, 2),), "reason": "B_MIND"}

    def attempt(key: str) -> str | type[TuidanError]:
        try:
            with transaction() as session:
                return request_cancellation(
                    session,
                    FakeProcessEngine(),
                    RequestCancellation(**request, idempotency_key=key),  # type: ignore[arg-type]
                    market.buyer,
                    NOW,
                ).case_no
        except TuidanError as refusal:
            return type(refusal)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(attempt, keys))


def test_of_two_requests_for_a_line_one_wins(transaction: Transactions) -> None:
    results = race(transaction, [f"k{n}" for n in range(16)])
    assert results.count(LineAlreadyInCase) == 15
    with transaction() as session:
        assert len(session.scalars(sa.select(CaseLine)).all()) == 1


def test_the_same_request_in_parallel_is_one_case(transaction: Transactions) -> None:
    results = race(transaction, ["same"] * 16)
    assert len(set(results)) == 1
    assert isinstance(results[0], str)
    with transaction() as session:
        assert session.scalars(sa.select(sa.func.count()).select_from(CancellationCase)).one() == 1


def test_the_database_itself_holds_one_open_case_for_a_line(market: Marketplace) -> None:
    order = market.order([(100, 2)])
    case = ask(market, order)
    other = ask(market, market.order([(100, 2)]), idempotency_key="k2")
    market.session.add(
        CaseLine(
            case_no=other.case_no, order_line_id=order.lines[0].id, line_no=9, quantity=1, amount=1, open=True
        )
    )
    with pytest.raises(sa.exc.IntegrityError, match="uq_case_line_one_open_case"):
        market.session.flush()
    assert case.case_no != other.case_no
