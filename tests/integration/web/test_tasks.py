"""An analyst's process that runs for no case: its people find what waits for them, and do it to the end."""

from __future__ import annotations

import io
import re
import uuid

import sqlalchemy as sa

from engine.tables import HistoryEvent, Incident, ProcessInstance, UserTask
from tests.diagrams import diagram, element, end, flows, script, start
from tests.integration.web.conftest import Person, Street

FORM = (
    '{"type": "default", "components": [{"type": "textfield", "key": "note", "label": "说明",'
    ' "validate": {"required": true}}, {"type": "textfield", "key": "sku", "label": "货号"}]}'
)
STEPS = ("卖家", "买家", "客服", "运维")


def lane(name: str, *nodes: str) -> str:
    inside = "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes)
    return f'<bpmn:lane id="lane_{name}" name="{name}">{inside}</bpmn:lane>'


def task(element_id: str, name: str) -> str:
    return (
        f'<bpmn:userTask id="{element_id}" name="{name}"><bpmn:extensionElements><spiffworkflow:properties>'
        '<spiffworkflow:property name="formJsonSchemaFilename" value="stock_check.form"/>'
        "</spiffworkflow:properties></bpmn:extensionElements></bpmn:userTask>"
    )


# Each lane's people count once; then the seller may add to it until the agent has enough.
COUNTING = diagram(
    "counting",
    '<bpmn:laneSet id="lanes">'
    + lane("卖家", "count_卖家", "extra")
    + lane("买家", "count_买家")
    + lane("客服", "count_客服")
    + lane("运维", "count_运维")
    + "</bpmn:laneSet>",
    start(),
    *(task(f"count_{who}", f"{who}盘点") for who in STEPS),
    element(
        "adHocSubProcess",
        "extra",
        task("add", "补充盘点")
        + script("enough", "done = True")
        + "<bpmn:completionCondition>done</bpmn:completionCondition>",
    ),
    end(),
    flows("start", *(f"count_{who}" for who in STEPS), "extra", "end"),
).replace('name="counting"', 'name="库存盘点"')
OPENS = re.compile(r'href="(/tasks/[0-9a-f-]{36})"')
STARTS = re.compile(
    r'action="(/tasks/offered/[^"]+)".*?name="begun" value="(\d+)".*?aria-label="启动“(.*?)”"', re.DOTALL
)
LISTS = {"seller1": "/seller/cases", "buyer1": "/cases", "agent1": "/platform/", "ops1": "/tasks/"}


def deploy(street: Street) -> None:
    files = [
        (io.BytesIO(COUNTING.encode()), "counting.bpmn"),
        (io.BytesIO(FORM.encode()), "stock_check.form"),
    ]
    data = {"files": files, "note": "盘点", "action": "deploy"}
    answer = street.person("analyst1").post("/analyst/deploy", data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text


def begin(street: Street, key: str, form: str = "", variables: str = '{"sku": "S1", "done": false}') -> str:
    data = {"process": "counting", "key": key, "variables": variables, "reason": "月末", "form": form}
    answer = street.person("ops1").post("/operator/starts", data)
    return answer.location if answer.status_code == 303 else f"{answer.status_code}"


def found(person: Person, page: str) -> list[str]:
    return list(dict.fromkeys(OPENS.findall(person.get(page).text)))


def test_everybody_finds_his_task_and_does_it_to_the_end(street: Street) -> None:
    deploy(street)
    order, form = street.order(), str(uuid.uuid4())
    address = begin(street, order, form)
    assert begin(street, order, form) == address, "the same form sent twice starts one"
    people = {login: street.person(login) for login in (*LISTS, "seller2", "buyer2")}
    for login, name in zip(LISTS, STEPS, strict=True):
        for other, page in LISTS.items():
            assert len(found(people[other], page)) == (other == login), (other, login)
        person = people[login]
        listed = person.get(LISTS[login]).text
        assert f"{name}盘点" in listed
        assert "库存盘点" in listed
        assert order in listed
        (mine,) = found(person, LISTS[login])
        shown = person.get(mine).text
        assert f'value="{"S1" if login == "seller1" else "S2"}"' in shown, (
            "what the process knows stands in the form"
        )
        for stranger in ("seller2", "buyer2", *(set(LISTS) - {login})):
            nothing = people[stranger].get(f"/tasks/{uuid.uuid4()}")
            assert (people[stranger].get(mine).status_code, nothing.status_code) == (404, 404)
            assert people[stranger].post(mine, {"note": "x"}).status_code == 404
        wrong = person.post(mine, {"note": "", "sku": "S2"})
        assert wrong.status_code == 400
        assert 'value="S2"' in wrong.text
        done = person.post(mine, {"note": "12 件", "sku": "S2"})
        assert (done.status_code, done.location) == (302, LISTS[login])
        again = person.post(mine, {"note": "13 件", "sku": "S2"})
        assert again.status_code == 302, "the second click is told, and goes back"
        assert "12 件" not in person.get(LISTS[login]).text
        for stranger in ("seller2", "buyer2"):
            assert people[stranger].get(mine).status_code == 404, "not even that it was decided"
    seller = people["seller1"]
    assert "可启动" in seller.get("/seller/").text
    offers = STARTS.findall(seller.get("/seller/?due=startable").text)
    add, enough = sorted(offers, key=lambda offer: offer[2] != "补充盘点")
    assert (add[2], enough[2]) == ("补充盘点", "enough")
    assert people["seller2"].post(add[0], {"begun": "0"}).status_code == 404
    landed = seller.post(add[0], {"begun": add[1]}).location
    assert seller.post(add[0], {"begun": add[1]}).location == "/seller/cases", "the same click again"
    assert found(seller, "/seller/") == [landed]
    assert seller.post(landed, {"note": "又 2 件"}).location == "/seller/cases"
    seller.post(enough[0], {"begun": enough[1]})
    with street.tuidan.transaction() as session:
        instance_id = uuid.UUID(address.rsplit("/", 1)[1])
        record = session.get_one(ProcessInstance, instance_id)
        assert (record.status, record.business_key) == ("completed", order)
        assert session.scalars(sa.select(UserTask)).all() == []
        kinds = session.scalars(sa.select(HistoryEvent.kind).where(HistoryEvent.instance_id == instance_id))
        assert "started_by_hand" in set(kinds)
    assert "月末" in street.person("ops1").get("/operator/record").text


def test_counts_are_those_of_the_lists(street: Street) -> None:
    deploy(street)
    street.case(street.person("buyer1"), street.order())
    for _ in range(2):
        begin(street, street.order())
    seller = street.person("seller1")
    page = seller.get("/seller/").text
    assert page.count("/seller/cases/") + len(found(seller, "/seller/")) >= 3
    assert re.search(r'全部 <span class="count">3</span>', page)
    other = street.order(shop="shop2", buyer="buyer2")
    begin(street, other)
    assert len(found(street.person("seller2"), "/seller/")) == 1
    found_by_key = street.person("seller2").get(f"/seller/?search={other}").text
    assert len(OPENS.findall(found_by_key)) == 1
    assert OPENS.findall(street.person("seller2").get("/seller/?search=nothing").text) == []


def test_a_lane_whose_people_nothing_says_is_an_incident(street: Street) -> None:
    deploy(street)
    assert begin(street, "no order") == "503"
    assert begin(street, "no order", variables='{"shop_id": "x"}') == "503"
    with street.tuidan.transaction() as session:
        (incident,) = session.scalars(sa.select(Incident)).all()
        assert "count_卖家 is for nobody" in incident.message
        assert session.scalars(sa.select(UserTask)).all() == []
    assert begin(street, street.case(street.person("buyer1"), street.order())).startswith("/operator/"), (
        "a case"
    )


def test_what_belongs_to_a_case_is_done_there(street: Street) -> None:
    case_no = street.case(street.person("buyer1"), street.order())
    with street.tuidan.transaction() as session:
        (mine,) = session.scalars(sa.select(UserTask)).all()
    seller, address = street.person("seller1"), f"/tasks/{mine.id}"
    assert seller.get(address).location == f"/seller/cases/{case_no}#task-{mine.id}"
    assert seller.post(address, {"decision": "agree"}).location == f"/seller/cases/{case_no}#task-{mine.id}"
    with street.tuidan.transaction() as session:
        assert session.get(UserTask, mine.id) is not None
    assert street.person("seller1").get("/tasks/").location == "/seller/cases"
    assert street.visitor().get("/tasks/").status_code == 302
