"""Cases by the HTTP API: asked for, followed and decided by a shop's system."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from engine.ids import new_id
from engine.tables import UserTask
from processes.integration.cases import REVIEW_TASK
from tests.integration.api.bodies import Body, a_payment, an_order
from tests.integration.api.callers import Caller

REQUEST: Body = {
    "order_no": "A1",
    "lines": [{"line_no": 1, "quantity": 1}],
    "reason": "B_MIND",
    "text": "不想要了",
}


@pytest.fixture
def paid(api: Caller) -> Caller:
    api.post("/orders", an_order())
    api.post("/orders/A1/payments", a_payment())
    return api


def ask(api: Caller, key: str = "ask", **changes: object) -> Body:
    answer = api.post("/cases", {**REQUEST, **changes}, key=key)
    assert answer.status_code == 201, answer.json
    case: Body = answer.json or {}
    return case


def test_a_buyers_request_is_passed_on_once(paid: Caller) -> None:
    case = ask(paid)
    assert case == ask(paid)
    assert (case["initiator"], case["lines"]) == (
        "buyer",
        [{"line_no": 1, "sku": "T-1", "quantity": 1, "accepted": None}],
    )
    assert case["amount"] == 5873
    assert [process for process, _, _ in paid.engine.started] == ["buyer_cancellation"]
    assert paid.get(f"/cases/{case['case_no']}").json == case


def test_a_second_request_for_the_line_is_a_conflict(paid: Caller) -> None:
    ask(paid)
    again = paid.post("/cases", REQUEST)
    assert again.status_code == 409


def test_what_does_not_fit_the_order_is_refused(paid: Caller) -> None:
    for changes, status in (
        ({"lines": [{"line_no": 9, "quantity": 1}]}, 400),
        ({"lines": [{"line_no": 1, "quantity": 3}]}, (400, 409)),
        ({"reason": "NONSENSE"}, 400),
        ({"reason": "OTHER", "text": "短"}, 400),
        ({"order_no": "NONE"}, 404),
        ({"initiator": "system"}, 400),
    ):
        answer = paid.post("/cases", {**REQUEST, **changes})
        assert answer.status_code in (status if isinstance(status, tuple) else (status,)), answer.json
    assert paid.get("/cases").json == {"cases": [], "next": None}


def test_cases_are_listed_by_state_and_page(paid: Caller) -> None:
    number = ask(paid)["case_no"]
    listed = paid.get("/cases").json
    assert listed is not None
    assert [case["case_no"] for case in listed["cases"]] == [number]
    assert paid.get("/cases?status=refunded").json == {"cases": [], "next": None}
    assert paid.get(f"/cases?after={number}").json == {"cases": [], "next": None}
    assert paid.get("/cases?status=nonsense").status_code == 400
    assert paid.get("/cases?after=C0").status_code == 404
    assert paid.get("/cases?after=%00").status_code == 400


def test_another_shop_sees_no_case(shops: tuple[Caller, Caller], paid: Caller) -> None:
    number = ask(paid)["case_no"]
    _, two = shops
    assert two.get("/cases").json == {"cases": [], "next": None}
    for theirs, nobodys in (
        (two.get(f"/cases/{number}"), two.get("/cases/C0")),
        (
            two.post(f"/cases/{number}/decision", {"decision": "agree"}),
            two.post("/cases/C0/decision", {"decision": "agree"}),
        ),
    ):
        assert theirs.status_code == 404
        assert theirs.json == nobodys.json


def test_a_decision_completes_the_review(paid: Caller, clock: FixedClock) -> None:
    number = ask(paid)["case_no"]
    early = paid.post(f"/cases/{number}/decision", {"decision": "agree"})
    assert (early.status_code, early.json and early.json["error"]["code"]) == (
        409,
        "api.decision_not_awaited",
    )
    task_id = new_id()
    with paid.transaction() as session:
        # The engine here only remembers, so that its task is laid down by hand.
        session.execute(sa.text("SET session_replication_role = replica"))
        session.add(
            UserTask(
                id=task_id,
                instance_id=new_id(),
                element_instance=1,
                process_id="seller_handling",
                element_id=REVIEW_TASK,
                name="审核取消申请",
                candidate_group=f"shop:{paid.shop_id}",
                business_key=number,
                created_at=clock.now(),
                due_at=clock.now() + dt.timedelta(hours=48),
            )
        )
    case = paid.get(f"/cases/{number}").json
    assert case is not None
    assert case["decision_due"] == "2026-03-12T04:00:00Z"
    body = {"decision": "refuse", "refusal_code": "CUSTOM_MADE", "explanation": "已按您的要求刻字"}
    assert paid.post(f"/cases/{number}/decision", body).status_code == 200
    assert paid.engine.completed == [(task_id, body)]
    assert paid.post(f"/cases/{number}/decision", {"decision": "maybe"}).status_code == 400
