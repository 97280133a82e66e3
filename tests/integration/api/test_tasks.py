"""A shop's system lists what waits for the shop, in cases and beside them, and does what is of no case."""

from __future__ import annotations

import uuid

from engine.actors import SYSTEM
from engine.tables import ProcessInstance
from processes.cases.tables import CancellationCase
from processes.catalog.shops import create_shop, issue_api_token
from processes.fakes import FakeProcessEngine
from tests.diagrams import diagram, element, end, flows, start, user
from tests.integration.api.callers import Caller
from tests.integration.api.test_activities import listed, refusal
from tests.integration.api.test_with_the_engine import ask, product, tuidan
from webapp.bootstrap import Tuidan

__all__ = ["product", "tuidan"]

DESK = element(
    "adHocSubProcess",
    "work",
    user("extra", "'seller'") + "<bpmn:completionCondition>done</bpmn:completionCondition>",
)
COUNT = diagram(
    "counting", start(), user("count", "'卖家'"), DESK, end(), flows("start", "count", "work", "end")
)


def test_what_belongs_to_no_case(product: Caller, tuidan: Tuidan) -> None:
    case_no = ask(product)
    with tuidan.transaction() as session:
        tuidan.engine.deploy(session, {"counting.bpmn": COUNT}, actor=SYSTEM)
        order_no = session.get_one(CancellationCase, case_no).order_no
        variables = {"done": False}
        instance_id = tuidan.engine.start(
            session, "counting", business_key=order_no, variables=variables, actor=SYSTEM
        )
        shop = create_shop(session, slug="two", name="二号店", return_address={}, now=tuidan.clock.now())
        token, other_id = issue_api_token(session, shop), shop.id
    other = Caller(product.client, token, other_id, FakeProcessEngine(), tuidan.transaction)
    tasks = (product.get("/tasks").json or {})["tasks"]
    assert [(one["task"], one["case_no"], one["business_key"]) for one in tasks] == [
        ("task_review_request", case_no, case_no),
        ("count", None, order_no),
    ]
    assert (other.get("/tasks").json or {}) == {"tasks": [], "next": None}
    review, count = (f"/tasks/{one['id']}" for one in tasks)
    read = product.get(count).json or {}
    assert (read["process"], read["form"], read["due"]) == ("counting", None, None)
    assert refusal(product.get(review)) == (409, "task.of_case")
    assert refusal(product.post(review, {"values": {}})) == (409, "task.of_case")
    nothing = f"/tasks/{uuid.uuid4()}"
    for path in (review, count):
        assert refusal(other.get(path)) == refusal(product.get(nothing)) == (404, "task.not_found")
        assert refusal(other.post(path, {})) == (404, "task.not_found")
    assert refusal(product.post(count, {"values": []})) == (400, "api.body_invalid")
    done = product.post(count, {"values": {"n": 3}}, key="once")
    assert done.json == {"id": tasks[1]["id"], "completed": True}
    assert product.post(count, {"values": {"n": 3}}, key="once").json == done.json
    assert refusal(product.post(count, {"values": {"n": 4}})) == (409, "task.ended")
    assert refusal(other.post(count, {})) == (404, "task.not_found"), "not even that it is done"

    (extra,) = listed(product, "/activities")
    assert (extra["case_no"], extra["business_key"], extra["process"]) == (None, order_no, "counting")
    start_extra = f"/activities/{extra['id']}"
    assert refusal(other.post(start_extra, {})) == (404, "ad_hoc.choice_not_found")
    begun = product.post(start_extra, {"begun": 0}).json or {}
    assert refusal(product.post(start_extra, {"begun": 0})) == (409, "ad_hoc.begun_meanwhile")
    (task_id,) = begun["tasks"]
    assert product.post(f"/tasks/{task_id}", {"values": {"done": True}}).status_code == 200
    with tuidan.transaction() as session:
        record = session.get_one(ProcessInstance, instance_id)
        assert (record.status, (record.variables or {})["n"]) == ("completed", 3)
