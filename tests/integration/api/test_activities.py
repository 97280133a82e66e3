"""A shop's system lists what the shop may start, and starts it once."""

from __future__ import annotations

import uuid

import pytest

from engine.actors import SYSTEM
from processes.cases.tables import CancellationCase
from processes.catalog.shops import create_shop, issue_api_token
from processes.fakes import FakeProcessEngine
from tests.diagrams import diagram, element, end, flows, start, user
from tests.integration.api.bodies import Body
from tests.integration.api.callers import Caller
from tests.integration.api.test_with_the_engine import ask, product, tuidan
from webapp.bootstrap import Tuidan

__all__ = ["product", "tuidan"]

SHOP = "'shop:' + shop_id"


def desk(ordering: str) -> str:
    body = user("call", SHOP) + user("rule", "'platform'")
    body += "<bpmn:completionCondition>done</bpmn:completionCondition>"
    work = element("adHocSubProcess", "work", body, ordering=ordering)
    return diagram("clarify", start(), work, end(), flows("start", "work", "end"))


def listed(caller: Caller, path: str) -> list[Body]:
    answer = caller.get(path)
    assert answer.status_code == 200, answer.json
    return list((answer.json or {})["activities"])


def refusal(answer: object) -> tuple[int, str]:
    body: Body = answer.json or {}  # type: ignore[attr-defined]
    return answer.status_code, body.get("error", {}).get("code", "")  # type: ignore[attr-defined]


@pytest.mark.parametrize("ordering", ["Parallel", "Sequential"])
def test_what_a_shop_may_start(product: Caller, tuidan: Tuidan, ordering: str) -> None:
    case_no = ask(product)
    with tuidan.transaction() as session:
        tuidan.engine.deploy(session, {"clarify.bpmn": desk(ordering)}, actor=SYSTEM)
        shop_id = str(session.get_one(CancellationCase, case_no).shop_id)
        variables = {"shop_id": shop_id, "done": False}
        tuidan.engine.start(session, "clarify", business_key=case_no, variables=variables, actor=SYSTEM)
        shop = create_shop(session, slug="two", name="二号店", return_address={}, now=tuidan.clock.now())
        token, other_id = issue_api_token(session, shop), shop.id
    other = Caller(product.client, token, other_id, FakeProcessEngine(), tuidan.transaction)
    path = f"/cases/{case_no}/activities"
    (call,) = listed(product, path)
    assert [call] == listed(product, "/activities")
    assert (call["activity"], call["begun"], call["case_no"]) == ("call", 0, case_no)
    assert listed(other, "/activities") == []
    assert (
        refusal(other.get(path)) == refusal(other.post(f"{path}/{call['id']}", {})) == (404, "case.not_found")
    )
    assert refusal(product.post(f"{path}/{uuid.uuid4()}", {})) == (404, "ad_hoc.choice_not_found")
    assert refusal(product.post(f"{path}/{call['id']}", {"begun": "0"})) == (400, "api.body_invalid")

    begun = product.post(f"{path}/{call['id']}", {"begun": 0}, key="once")
    assert begun.status_code == 200
    assert product.post(f"{path}/{call['id']}", {"begun": 0}, key="once").json == begun.json
    tasks = {one["task"] for one in (begun.json or {})["tasks"]}
    assert tasks == {"task_review_request", "call"}
    assert refusal(product.post(f"{path}/{call['id']}", {"begun": 0})) == (409, "ad_hoc.begun_meanwhile")
    again = product.post(f"{path}/{call['id']}", {"begun": 1})
    if ordering == "Parallel":
        assert (again.json or {})["activities"][0]["begun"] == 2
    else:
        assert refusal(again) == (409, "ad_hoc.begun_meanwhile")
        assert listed(product, path) == []
