"""The conversation of a case by the HTTP API."""

from __future__ import annotations

from tests.integration.api.bodies import a_payment, an_order
from tests.integration.api.callers import Caller
from tests.integration.api.test_cases import REQUEST


def test_a_shops_system_writes_reads_and_says_how_far(shops: tuple[Caller, Caller]) -> None:
    api, other = shops
    api.post("/orders", an_order())
    api.post("/orders/A1/payments", a_payment())
    case = (api.post("/cases", REQUEST).json or {})["case_no"]
    path = f"/cases/{case}/messages"
    assert api.get(path).json == {"messages": [], "next": None}
    sent = [api.post(path, {"text": "您好"}, key="say") for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 201]
    found = (api.get(path).json or {})["messages"]
    assert [(m["number"], m["side"], m["text"], m["read_by"]) for m in found] == [(1, "seller", "您好", [])]
    assert api.get(f"{path}?after=1").json == {"messages": [], "next": None}
    assert api.post(f"{path}/read", {"number": 9}).json == {"number": 1}
    assert api.get(f"{path}?after=x").status_code == 400
    assert api.post(path, {"text": ""}).status_code == 400
    assert api.post(path, {"text": "长" * 1001}).status_code == 400
    assert other.get(path).status_code == 404
    assert other.post(path, {"text": "x"}).status_code == 404
    assert other.post(f"{path}/read", {"number": 1}).status_code == 404
