"""Giving the result of what failed, from an incident's page or from its instance's."""

from __future__ import annotations

import uuid

import pytest
from flask.testing import FlaskClient

from engine.actors import SYSTEM
from engine.failures import StepFailed
from engine.tables import ProcessInstance
from processes.people.roles import Role
from tests.diagrams import diagram, element, end, flows, script, start
from tests.integration.engine.reviewing import deploy
from tests.integration.operator.test_operators_api import Program, code
from tests.trials import Trial


def test_a_failed_payment_is_skipped_with_its_result(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.fail("C1")
    incident = trial.open_incidents()[0]
    address = f"/operator/incidents/{incident.id}"
    for page in (address, f"/operator/instances/{instance_id}"):
        shown = client.get(page).text
        assert f"{address}/skip/preview" in shown
        assert '<span class="code">payment</span>' in shown
    assert address in client.get("/operator/incidents").text
    for result in ("", "yes", "[]", '{"x": NaN}'):
        assert client.post(f"{address}/skip", data={"given": result, "reason": "x"}).status_code == 400
    assert client.post(f"{address}/skip", data={"given": "{}", "reason": ""}).status_code == 400
    seen = client.post(f"{address}/skip/preview", data={"given": '{"paid": true}'}).text
    assert 'value="{&#34;paid&#34;: true}"' in seen
    assert "无法执行" in client.post(f"{address}/skip/preview", data={"given": "[]"}).text
    done = client.post(f"{address}/skip", data={"given": '{"paid": true}', "reason": "线下已付<b>"})
    assert done.location == f"/operator/instances/{instance_id}"
    assert "线下已付&lt;b&gt;" in client.get(done.location).text
    assert client.post(f"{address}/skip", data={"given": "{}", "reason": "x"}).status_code == 404
    with trial.tuidan.transaction() as session:
        record = session.get_one(ProcessInstance, instance_id)
        assert (record.status, (record.variables or {})["payment"]) == ("completed", {"paid": True})


def test_skipping_is_for_operators(trial: Trial, client: FlaskClient) -> None:
    trial.fail("C1")
    address = f"/operator/incidents/{trial.open_incidents()[0].id}"
    assert trial.client(Role.ANALYST).get(address).status_code == 403
    assert trial.client(Role.ANALYST).post(f"{address}/skip").status_code == 403
    assert client.get(f"/operator/incidents/{uuid.uuid4()}").status_code == 404


def test_a_condition_is_skipped_by_saying_what_it_decides(trial: Trial, client: FlaskClient) -> None:
    loop = (
        "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>n &lt; most</bpmn:loopCondition>"
        "</bpmn:standardLoopCharacteristics>"
    )
    way = '<bpmn:sequenceFlow id="flow_good" name="通过" sourceRef="which" targetRef="end">'
    condition = "<bpmn:conditionExpression>n &gt; most</bpmn:conditionExpression></bpmn:sequenceFlow>"
    deploy(
        trial.tuidan.engine,
        diagram(
            "conditions",
            *(
                start(),
                script("count", "n = n + 1", loop),
                element("exclusiveGateway", "which", default="which-no"),
            ),
            *(end(), end("no"), flows("start", "count", "which", "no"), way + condition),
        ),
    )
    with trial.tuidan.transaction() as session, pytest.raises(StepFailed):
        trial.tuidan.engine.start(session, "conditions", business_key="C9", variables={"n": 0}, actor=SYSTEM)
    (incident,) = trial.open_incidents()
    address, program = f"/operator/incidents/{incident.id}", Program(trial)
    shown = client.get(address).text
    assert "再循环一轮" in shown
    assert "n &lt; most" in shown
    asked = (program.get(f"/incidents/{incident.id}").json or {})["skip"]
    assert (asked["asked"], asked["decides"], asked["conditions"]) == ("condition", "again", ["n < most"])
    assert "请说明条件是否成立" in client.post(f"{address}/skip/preview", data={"holds": "maybe"}).text
    # The loop ends; then it is the gateway that can't choose. Looking at that changes nothing.
    for _ in range(2):
        assert "which" in client.post(f"{address}/skip/preview", data={"holds": "false"}).text
        answer = program.post(f"/incidents/{incident.id}/skip/preview", {"given": False})
        assert code(answer) == (400, "command.would_fail")
        assert [(item.count, item.element_id) for item in trial.open_incidents()] == [(1, "count")]
    assert client.post(f"{address}/skip", data={"given": "false", "reason": "x"}).location == address
    assert "你给出的内容已保留" in client.get(address).text
    asked = (program.get(f"/incidents/{incident.id}").json or {})["skip"]
    assert sorted((way["flow_id"], way["flow_name"], way["element_id"]) for way in asked["ways"]) == [
        ("flow_good", "通过", "end"),
        ("which-no", "", "no"),
    ]
    skips = f"/incidents/{incident.id}/skip"
    for given, refusal in (
        (["count"], "skip.way_unknown"),
        ([], "skip.ways_missing"),
        ("flow_good", "skip.ways_missing"),
        ([{"x": 1}], "skip.way_unknown"),
        (["flow_good", "no"], "skip.one_way_only"),
    ):
        assert code(program.post(f"{skips}/preview", {"given": given})) == (400, refusal)
        assert code(program.post(skips, {"given": given, "reason": "x"})) == (400, refusal)
    seen = client.post(f"{address}/skip/preview", data={"way": "flow_good"}).text
    assert "通过 → end" in seen
    assert (
        client.post(f"{address}/skip", data={"given": '["flow_good"]', "reason": "线下核对"}).status_code
        == 303
    )
    assert trial.open_incidents() == []
