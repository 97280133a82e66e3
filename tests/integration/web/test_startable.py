"""An analyst's process with an ad-hoc subprocess, used by everybody whom it lets start something."""

from __future__ import annotations

import html
import io
import re
import uuid

import sqlalchemy as sa

from engine import SYSTEM
from engine.commands.suspend import suspend_instance
from engine.tables import ActivityChoice, UserTask
from processes.cases.tables import CancellationCase
from tests.diagrams import diagram, element, end, flows, script, start
from tests.integration.web.conftest import Person, Street

FORM = '{"type": "default", "components": [{"type": "textfield", "key": "note", "label": "记录内容"}]}'


def task(element_id: str, name: str, group: str = "") -> str:
    properties = {"candidateGroup": group, "formJsonSchemaFilename": "call_note.form"}
    inner = "".join(
        f'<spiffworkflow:property name="{key}" value="{html.escape(value)}"/>'
        for key, value in properties.items()
        if value
    )
    return (
        f'<bpmn:userTask id="{element_id}" name="{name}"><bpmn:extensionElements><spiffworkflow:properties>'
        f"{inner}</spiffworkflow:properties></bpmn:extensionElements></bpmn:userTask>"
    )


# The shop and the buyer do theirs by their groups; the platform's are in its lane.
CLARIFY = diagram(
    "clarify",
    '<bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="platform"><bpmn:flowNodeRef>work</bpmn:flowNodeRef>'
    "</bpmn:lane></bpmn:laneSet>",
    start(),
    element(
        "adHocSubProcess",
        "work",
        task("call", "致电买家", "'shop:' + shop_id")
        + task("tell", "补充说明", "'buyer:' + buyer_id")
        + task("ask", "询问专家")
        + script("close", "done = True")
        + "<bpmn:completionCondition>done</bpmn:completionCondition>",
    ),
    end(),
    flows("start", "work", "end"),
)
START = re.compile(r'action="(/[^"]*/activities/[0-9a-f-]+)".*?name="begun" value="(\d+)"', re.DOTALL)


def offered(person: Person, page: str) -> dict[str, dict[str, str]]:
    """What a page lets somebody start: by the name of the activity, the form that does."""
    shown = person.get(page).text
    names = re.findall(r'aria-label="启动“([^”]*)”|aria-label="在申请 \S+ 中启动“([^”]*)”', shown)
    forms = [{"address": address, "begun": begun} for address, begun in START.findall(shown)]
    return dict(zip((one or other for one, other in names), forms, strict=True))


def begin(person: Person, form: dict[str, str]) -> str:
    answer = person.post(form["address"], {"begun": form["begun"]})
    assert answer.status_code == 302, answer.text
    return answer.location


def clarified_case(street: Street) -> tuple[str, uuid.UUID]:
    """A case for which the analyst's process runs."""
    analyst = street.person("analyst1")
    files = [(io.BytesIO(CLARIFY.encode()), "clarify.bpmn"), (io.BytesIO(FORM.encode()), "call_note.form")]
    answer = analyst.post(
        "/analyst/deploy",
        {"files": files, "note": "澄清", "action": "deploy"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    case_no = street.case(street.person("buyer1"), street.order())
    with street.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        variables = {"shop_id": str(case.shop_id), "buyer_id": str(case.buyer_id), "done": False}
        instance_id = street.tuidan.engine.start(
            session, "clarify", business_key=case_no, variables=variables, actor=SYSTEM
        )
    return case_no, instance_id


def test_each_finds_starts_and_does_his_own(street: Street) -> None:
    case_no, instance_id = clarified_case(street)
    seller, buyer, agent = street.person("seller1"), street.person("buyer1"), street.person("agent1")
    assert set(offered(seller, "/seller/")) == {"致电买家"}
    assert "致电买家" in seller.get("/seller/?due=startable").text
    assert set(offered(agent, "/platform/")) == {"询问专家", "close"}
    assert "可启动" in buyer.get("/cases").text
    assert set(offered(buyer, f"/cases/{case_no}")) == {"补充说明"}
    assert "卖家可启动：致电买家" in buyer.get(f"/cases/{case_no}").text

    form = offered(seller, "/seller/")["致电买家"]
    landed = begin(seller, form)
    page, _, anchor = landed.partition("#")
    shown = seller.get(page).text
    assert f'id="{anchor}"' in shown
    assert "记录内容" in shown
    assert begin(seller, form) == f"/seller/cases/{case_no}", "the same click again"
    assert "陈掌柜" in seller.get(f"/seller/cases/{case_no}").text
    again = offered(seller, f"/seller/cases/{case_no}")["致电买家"]
    assert again["begun"] == "1"
    begin(seller, again)
    with street.tuidan.transaction() as session:
        tasks = session.scalars(sa.select(UserTask).where(UserTask.instance_id == instance_id)).all()
        assert [one.name for one in tasks] == ["致电买家", "致电买家"]
    done = seller.post(f"/seller/cases/{case_no}/tasks/{anchor.removeprefix('task-')}", {"note": "已致电"})
    assert done.status_code == 302
    assert begin(buyer, offered(buyer, f"/cases/{case_no}")["补充说明"]).startswith(f"/cases/{case_no}#task-")

    assert begin(agent, offered(agent, "/platform/")["close"]) == f"/platform/cases/{case_no}"
    assert offered(agent, "/platform/") == offered(seller, "/seller/") == {}
    assert "可启动" not in seller.get("/seller/").text, "nothing is offered, and nothing is said"
    with street.tuidan.transaction() as session:
        assert session.scalars(sa.select(ActivityChoice)).all() == []


def test_what_is_for_others_is_not_there(street: Street) -> None:
    case_no, instance_id = clarified_case(street)
    other_case = street.case(street.person("buyer1"), street.order())
    seller = street.person("seller1")
    choice = offered(seller, "/seller/")["致电买家"]["address"].rsplit("/", 1)[1]
    platform = offered(street.person("agent1"), "/platform/")["询问专家"]["address"].rsplit("/", 1)[1]
    nothing = uuid.uuid4()

    def refused(person: Person, address: str) -> tuple[int, str]:
        answer = person.post(address, {"begun": "0"})
        return answer.status_code, re.sub(r'value="[^"]*"|[0-9a-f-]{36}', "", answer.text)

    # Another shop's, for it and for nobody: the case isn't there at all.
    stranger, addresses = street.person("seller2"), "/seller/cases/{}/activities/{}"
    for number in (choice, nothing):
        assert refused(stranger, addresses.format(case_no, number))[0] == 404
    # In one's own case: another's, another case's, and one that there isn't, look the same.
    looks = {
        refused(seller, addresses.format(case_no, platform)),
        refused(seller, addresses.format(case_no, nothing)),
    }
    assert len(looks) == 1
    assert refused(seller, addresses.format(other_case, choice))[0] == 404
    assert seller.post(addresses.format(case_no, choice), {"begun": "9" * 40}).status_code == 302
    with street.tuidan.transaction() as session:
        engine = street.tuidan.engine
        suspend_instance(engine, session, instance_id, reason="查账", actor=SYSTEM)
    assert offered(seller, "/seller/") == {}
    assert refused(seller, addresses.format(case_no, choice))[0] in (302, 409)
