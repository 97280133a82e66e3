"""The whole product behind the API: a case asked for and decided by a shop's system, to the refund."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from engine.actors import SYSTEM, Actor
from engine.clock import FixedClock
from engine.tables import Incident, UserTask
from processes.catalog.shops import create_shop, issue_api_token
from processes.fakes import FakeProcessEngine
from tests.integration.api.bodies import Body, a_payment, a_shipment, an_order
from tests.integration.api.callers import Caller
from tests.jobs import run_due_work
from webapp.app import create_app
from webapp.bootstrap import Tuidan, build
from webapp.bundles import read_bundle
from webapp.settings import Settings


@pytest.fixture
def tuidan(database_url: str, clock: FixedClock) -> Iterator[Tuidan]:
    made = build(Settings(database_url=database_url), clock=clock)
    with made.transaction() as session:
        made.engine.deploy(session, read_bundle(made.settings.bpmn_dir), actor=SYSTEM, note="test")
    yield made
    made.close()


@pytest.fixture
def product(tuidan: Tuidan) -> Caller:
    with tuidan.transaction() as session:
        shop = create_shop(session, slug="one", name="一号店", return_address={}, now=tuidan.clock.now())
        token = issue_api_token(session, shop)
        shop_id = shop.id
    client = create_app(tuidan).test_client()
    caller = Caller(client, token, shop_id, FakeProcessEngine(), tuidan.transaction)
    pay_for(caller, "A1")
    return caller


def pay_for(product: Caller, order_no: str) -> None:
    product.post("/orders", an_order(order_no, placed_at="2026-03-10T06:00:00+08:00"))
    product.post(f"/orders/{order_no}/payments", a_payment(captured_at="2026-03-10T06:02:00+08:00"))


def ask(product: Caller, order_no: str = "A1") -> str:
    body = {
        "order_no": order_no,
        "lines": [{"line_no": 1, "quantity": 1}],
        "reason": "B_MIND",
        "text": "不想要了",
    }
    answer = product.post("/cases", body)
    assert answer.status_code == 201, answer.json
    case: Body = answer.json or {}
    assert (case["status"], case["held"]) == ("awaiting_seller", True)
    assert case["decision_due"] == "2026-03-12T04:00:00Z"
    return str(case["case_no"])


def test_an_agreement_refunds_by_itself(product: Caller, tuidan: Tuidan) -> None:
    case_no = ask(product)
    agreed = product.post(f"/cases/{case_no}/decision", {"decision": "agree"}, key="d1")
    assert (agreed.status_code, agreed.json and agreed.json["decision"]) == (200, "agree")
    again = product.post(f"/cases/{case_no}/decision", {"decision": "agree"}, key="d1")
    assert again.json == agreed.json
    late = product.post(f"/cases/{case_no}/decision", {"decision": "agree"})
    assert (late.status_code, late.json and late.json["error"]["code"]) == (409, "api.decision_not_awaited")
    run_due_work(tuidan.engine)
    case = product.get(f"/cases/{case_no}").json
    order = product.get("/orders/A1").json
    assert case is not None
    assert order is not None
    assert (case["status"], case["outcome"]) == ("refunded", "refunded")
    assert order["payments"][0]["refunded_succeeded"] == case["amount"] == 5873
    assert order["lines"][0]["quantity_cancelled"] == 1


def test_a_refusal_needs_its_explanation(product: Caller) -> None:
    case_no = ask(product)
    refuse = {"decision": "refuse", "refusal_code": "CUSTOM_MADE"}
    answer = product.post(f"/cases/{case_no}/decision", refuse)
    assert answer.status_code == 400
    refused = product.post(f"/cases/{case_no}/decision", {**refuse, "explanation": "已按您的要求刻字"})
    assert (refused.status_code, refused.json and refused.json["status"]) == (200, "refused")


def test_a_parcel_that_leaves_turns_the_case_to_interception(product: Caller) -> None:
    case_no = ask(product)
    shipped = product.post("/shipments", a_shipment())
    assert (shipped.status_code, shipped.json and shipped.json["despite_hold"]) == (201, True)
    case = product.get(f"/cases/{case_no}").json
    assert case is not None
    assert case["status"] == "intercepting"


def test_what_came_back_is_counted_line_by_line(product: Caller, tuidan: Tuidan) -> None:
    shipped = product.post("/shipments", a_shipment()).json or {}
    delivered = {"event_id": "d", "event": "delivered", "at": "2026-03-10T12:00:00+08:00"}
    product.post(f"/shipments/{shipped['shipment_no']}/events", delivered)
    asked = {"order_no": "A1", "lines": [{"line_no": 1, "quantity": 2}], "reason": "Q_VARIANT"}
    case = product.post("/cases", {**asked, "text": "发错款", "photo_count": 1}).json or {}
    path = f"/cases/{case['case_no']}/inspection"
    counted = {
        "lines": [{"line_no": 1, "good": 1, "damaged": 1}],
        "refusal_code": "RESALE_IMPAIRED",
        "explanation": "一件已剪标。",
    }
    early = product.post(path, counted)
    assert (early.status_code, early.json and early.json["error"]["code"]) == (
        409,
        "return.inspection_not_awaited",
    )
    product.post(f"/cases/{case['case_no']}/decision", {"decision": "agree"})
    with tuidan.transaction() as session:
        task = session.scalars(sa.select(UserTask)).one()
        actor = Actor(id="b", name="b", groups=frozenset({task.candidate_group}))
        sent = {"carrier": "圆通", "tracking_no": "YT1234"}
        tuidan.engine.complete_task(session, task.id, values=sent, actor=actor)
    short = product.post(path, {"lines": [{"line_no": 1, "good": 1}]})
    assert (short.status_code, short.json and short.json["error"]["code"]) == (400, "return.findings_invalid")
    taken = product.post(path, counted, key="once")
    assert (taken.status_code, taken.json and taken.json["lines"][0]["accepted"]) == (200, 1)
    assert product.post(path, counted, key="once").json == taken.json


def test_a_parcel_and_a_decision_at_once_both_happen(product: Caller, tuidan: Tuidan) -> None:
    numbers = [f"R{number}" for number in range(12)]
    cases = {}
    for number in numbers:
        pay_for(product, number)
        cases[number] = ask(product, number)

    def ship(number: str) -> int:
        return product.post("/shipments", a_shipment(order_no=number, tracking_no=number)).status_code

    def decide(number: str) -> int:
        return product.post(f"/cases/{cases[number]}/decision", {"decision": "agree"}).status_code

    with ThreadPoolExecutor(8) as pool:
        shipped = [pool.submit(ship, number) for number in numbers]
        decided = [pool.submit(decide, number) for number in numbers]
        assert {one.result() for one in shipped} == {201}
        assert {one.result() for one in decided} <= {200, 409}
    run_due_work(tuidan.engine)
    with tuidan.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Incident)) == 0
    for number in numbers:
        case = product.get(f"/cases/{cases[number]}").json
        assert case is not None
        assert case["status"] in ("refunded", "intercepting")
