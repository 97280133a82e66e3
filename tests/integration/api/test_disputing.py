"""A shop's system in a dispute, with evidence, parcels, ratings and the record, as far as its pages go."""

from __future__ import annotations

import base64
import io
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.actors import SYSTEM, Actor
from engine.clock import FixedClock
from processes.cases.queries import case_view
from processes.cases.tables import CancellationCase
from processes.catalog.shops import create_shop, issue_api_token
from processes.evidence.inspecting import inspect
from processes.evidence.keeping import attach, keep
from processes.fakes import FakeProcessEngine
from processes.orders.orders import find_order
from processes.ratings.rating import rate
from processes.record.counting import rebuild
from processes.shipping.queries import shipments_of
from tests.integration.api.bodies import Body, a_shipment
from tests.integration.api.callers import Caller
from tests.integration.api.test_with_the_engine import ask, pay_for, product
from tests.jobs import run_due_work
from tests.pictures import photo
from webapp.bootstrap import Tuidan, build
from webapp.bundles import read_bundle
from webapp.settings import Settings

__all__ = ["product"]

AGENT = Actor(id="agent", name="客服", groups=frozenset({"platform"}))


@pytest.fixture
def tuidan(database_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[Tuidan]:
    """The product, with a place of its own for evidence."""
    made = build(Settings(database_url=database_url, data_dir=tmp_path), clock=clock)
    with made.transaction() as session:
        made.engine.deploy(session, read_bundle(made.settings.bpmn_dir), actor=SYSTEM, note="test")
    yield made
    made.close()


@pytest.fixture
def other(product: Caller, tuidan: Tuidan) -> Caller:
    """Another shop's system."""
    with tuidan.transaction() as session:
        shop = create_shop(session, slug="two", name="二号店", return_address={}, now=tuidan.clock.now())
        token = issue_api_token(session, shop)
        shop_id = shop.id
    return Caller(product.client, token, shop_id, FakeProcessEngine(), tuidan.transaction)


def complete(tuidan: Tuidan, case_no: str, actor: Actor, **values: object) -> None:
    with tuidan.transaction() as session:
        (task,) = case_view(session, case_no, actor).my_tasks
        tuidan.engine.complete_task(session, task.id, values=dict(values), actor=actor)
    run_due_work(tuidan.engine)


def buyer_of(tuidan: Tuidan, case_no: str) -> Actor:
    with tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        return Actor(id="buyer", name="王芳", groups=frozenset({f"buyer:{case.buyer_id}"}))


def code(answer: object) -> tuple[int, str]:
    body: Body = answer.json or {}  # type: ignore[attr-defined]
    return answer.status_code, body.get("error", {}).get("code", "")  # type: ignore[attr-defined]


def test_a_dispute_is_escalated_heard_ruled_on_and_appealed(
    product: Caller, other: Caller, tuidan: Tuidan
) -> None:
    case_no = ask(product)
    buyer, case = buyer_of(tuidan, case_no), f"/cases/{case_no}"
    assert code(product.get(f"{case}/dispute")) == (404, "api.dispute_not_found")
    assert code(product.post(f"{case}/statement", {"text": "x"})) == (409, "api.task_not_awaited")
    refuse = {"decision": "refuse", "refusal_code": "EVIDENCE_INSUFFICIENT", "explanation": "看不清"}
    assert product.post(f"{case}/decision", refuse).status_code != 200
    content = base64.b64encode(photo("出库")).decode()
    file = {"name": "出库.jpg", "content": content}
    shown = product.post(f"{case}/evidence", file, key="e1")
    assert product.post(f"{case}/evidence", file, key="e1").json == shown.json
    assert code(product.post(f"{case}/evidence", {"name": "a", "content": "!!!!"})) == (
        400,
        "api.content_not_base64",
    )
    (piece,) = (shown.json or {})["evidence"]
    with product.get(f"{case}/evidence/{piece['id']}") as fetched:
        assert fetched.data
    assert code(product.get(f"{case}/evidence/{uuid.uuid4()}"))[0] == 404
    assert product.post(f"{case}/decision", refuse).status_code == 200

    asked = product.post(f"{case}/escalation", {"text": "照片很清楚"}, key="esc")
    assert (asked.status_code, (asked.json or {})["status"]) == (200, "in_dispute")
    assert product.post(f"{case}/escalation", {"text": "照片很清楚"}, key="esc").json == asked.json
    run_due_work(tuidan.engine)
    complete(tuidan, case_no, buyer, text="买家说的话")
    heard = product.get(f"{case}/dispute").json or {}
    assert (heard["hearing"], [one["task"] for one in heard["awaits"]]) == (True, ["statement"])
    assert "买家说的话" not in [one["text"] for one in heard["statements"]]
    with tuidan.transaction() as session:
        sealed = [inspect("b.jpg", io.BytesIO(photo("买家")))]
        attach(
            session,
            session.get_one(CancellationCase, case_no),
            sealed,
            occasion="task_buyer_statement",
            actor=buyer,
            now=tuidan.clock.now(),
        )
        keep(tuidan.evidence, sealed)
    assert len((product.get(f"{case}/evidence").json or {})["evidence"]) == 1
    assert product.post(f"{case}/statement", {"text": "出库前拍过照"}).status_code == 200
    run_due_work(tuidan.engine)
    assert len((product.get(f"{case}/dispute").json or {})["statements"]) == 3
    assert len((product.get(f"{case}/evidence").json or {})["evidence"]) == 2

    ruling = {"ruling": "buyer", "reasons": "无法对应", "fault": "seller", "freight_payer": "seller"}
    complete(tuidan, case_no, AGENT, **ruling)
    assert code(product.post(f"{case}/ruling-answer", {"answer": "appeal"}))[0] == 400
    appeal = {"answer": "appeal", "text": "有打包录像"}
    answered = product.post(f"{case}/ruling-answer", appeal).json or {}
    assert answered["rulings"][0]["appeals"][0]["text"] == "有打包录像"
    assert code(product.post(f"{case}/ruling-answer", appeal)) == (409, "api.task_not_awaited")
    for path, body in (
        ("dispute", None),
        ("evidence", None),
        (f"evidence/{piece['id']}", None),
        ("return", None),
        ("interceptions", None),
        ("rating", None),
        ("escalation", {"text": "x"}),
        ("statement", {"text": "x"}),
        ("ruling-answer", {"answer": "accept"}),
        ("evidence", {"name": "a", "content": content}),
        ("exchange", {"carrier": "顺丰", "tracking_no": "SF1"}),
        ("rating/answer", {"text": "x"}),
        ("interceptions/S1", {"answer": "accepted"}),
    ):
        answer = other.get(f"{case}/{path}") if body is None else other.post(f"{case}/{path}", body)
        assert answer.status_code == 404, path


def test_parcels_ratings_and_the_record(product: Caller, tuidan: Tuidan, clock: FixedClock) -> None:
    case_no = ask(product)
    case = f"/cases/{case_no}"
    shipped = product.post("/shipments", a_shipment()).json or {}
    run_due_work(tuidan.engine)
    (parcel,) = (product.get(f"{case}/interceptions").json or {})["parcels"]
    assert (parcel["shipment_no"], parcel["stopped"]) == (shipped["shipment_no"], None)
    path = f"{case}/interceptions/{parcel['shipment_no']}"
    assert product.post(path, {"answer": "unanswered"}).status_code == 400
    stopped = product.post(path, {"answer": "accepted"}).json or {}
    assert stopped["parcels"][0]["stopped"] is True
    assert code(product.post(path, {"answer": "refused"})) == (409, "shipping.interception_ended")
    run_due_work(tuidan.engine)
    assert (product.get(case).json or {})["outcome"] == "refunded"
    assert code(product.get(f"{case}/return"))[0] == 404
    assert code(product.get(f"{case}/rating")) == (404, "rating.not_found")
    with tuidan.transaction() as session:
        rate(session, case_no, stars=4, text="很快", actor=buyer_of(tuidan, case_no), now=clock.now())
    answer = product.post(f"{case}/rating/answer", {"text": "谢谢"}, key="r").json or {}
    assert product.post(f"{case}/rating/answer", {"text": "谢谢"}, key="r").json == answer
    assert (answer["stars"], answer["answer"]) == (4, "谢谢")
    assert code(product.post(f"{case}/rating/answer", {"text": "再谢"}))[0] == 409
    assert (product.get("/ratings").json or {})["ratings"] == [answer]
    rebuild(tuidan.transaction, clock.now())
    record = product.get("/record?days=90").json or {}
    assert (record["closed"], record["ratings"], record["rating_hundredths"]) == (1, 1, 400)
    assert len(record["weeks"]) == 12
    assert product.get("/record?days=7").status_code == 400


def test_an_exchange_is_sent(product: Caller, tuidan: Tuidan) -> None:
    pay_for(product, "A2")
    product.post("/shipments", a_shipment(order_no="A2"))
    order = product.get("/orders/A2").json or {}
    assert order["state"] == "shipped"
    event = {"event_id": "1", "event": "delivered", "at": "2026-03-10T11:00:00+08:00"}
    with tuidan.transaction() as session:
        (parcel,) = shipments_of(session, find_order(session, "A2").id)
        number = parcel.shipment_no
    product.post(f"/shipments/{number}/events", event)
    asked = {
        "order_no": "A2",
        "lines": [{"line_no": 1, "quantity": 1}],
        "reason": "Q_VARIANT",
        "photo_count": 1,
    }
    case_no = (product.post("/cases", asked).json or {})["case_no"]
    offer = {"decision": "offer", "offer": {"kind": "exchange", "text": "给您换一件"}}
    assert product.post(f"/cases/{case_no}/decision", offer).status_code == 200
    sent = {"carrier": "圆通速递", "tracking_no": "YT8800217745"}
    assert code(product.post(f"/cases/{case_no}/exchange", sent)) == (409, "api.task_not_awaited")
    complete(tuidan, case_no, buyer_of(tuidan, case_no), offer_answer="accept")
    assert product.post(f"/cases/{case_no}/exchange", sent).status_code == 200
    run_due_work(tuidan.engine)
    assert (product.get(f"/cases/{case_no}").json or {})["outcome"] == "exchanged"
