"""Restarting an ended instance, and sending by hand, from the operator's pages."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask.testing import FlaskClient

from engine.tables import CommandRecord, ProcessInstance
from processes.people.roles import Role
from tests.diagrams import diagram, element, end, flows, message, message_definition, start
from tests.trials import REVIEWER, Trial

WAITING = diagram(
    "waiting",
    start(),
    element("intermediateCatchEvent", "wait", message_definition("go", "news")),
    end(),
    flows("start", "wait", "end"),
    more=message("go"),
)


def test_an_ended_instance_is_started_again(trial: Trial, client: FlaskClient) -> None:
    old = trial.start("C1", note="<i>")
    page = f"/operator/instances/{old}/restart"
    assert client.get(page).status_code == 409
    client.post(f"/operator/instances/{old}/cancel", data={"reason": "x"})
    shown = client.get(f"{page}?place=trial_review:task_review").text
    assert "&lt;i&gt;" in shown
    assert '<option value="trial_review:task_review" selected>' in shown
    picked = client.get(f"{page}/element?scope=trial_review&element=task_review&diagram=trial_review").text
    assert "place=trial_review:task_review" in picked
    assert "附在一个活动上" in client.get(f"{page}/element?scope=trial_review&element=timer_lapsed").text
    form = {"place": "trial_review:task_review", "reason": "撤回<b>", "variables": '{"amount": 700}'}
    for wrong in ({"variables": "["}, {"variables": "[]"}, {"reason": ""}):
        assert client.post(page, data=form | wrong).status_code == 400
    assert client.post(page, data=form | {"place": "x"}).status_code == 404
    done = client.post(page, data=form)
    new = client.get(done.location).text
    assert f"/operator/instances/{old}" in new
    assert "撤回&lt;b&gt;" in new
    assert done.location in client.get(f"/operator/instances/{old}").text
    trial.agree(uuid.UUID(done.location.rsplit("/", 1)[1]))
    assert trial.client(Role.ANALYST).get(page).status_code == 403
    assert trial.client(Role.ANALYST).post(page).status_code == 403


def test_a_message_reaches_who_waits_for_it_and_says_how_many(trial: Trial, client: FlaskClient) -> None:
    engine = trial.tuidan.engine
    with trial.tuidan.transaction() as session:
        engine.deploy(session, {"waiting.bpmn": WAITING}, actor=REVIEWER)
        ids = [
            engine.start(session, "waiting", business_key="K1", variables={}, actor=REVIEWER)
            for _ in range(2)
        ]
    shown = client.get("/operator/sending").text
    assert '<option value="go">' in shown
    form = {"name": "go", "key": "K1", "payload": '{"ok": true}', "reason": "补发<b>"}
    for wrong in ({"payload": "1"}, {"payload": "{"}, {"reason": ""}):
        assert client.post("/operator/sending/message", data=form | wrong).status_code == 400
    assert client.post("/operator/sending/message", data=form | {"key": "K2"}).status_code == 409
    done = client.post("/operator/sending/message", data=form)
    shown = client.get(done.location).text
    assert "2 个实例已接收" in shown
    assert "补发&lt;b&gt;" in shown
    with trial.tuidan.transaction() as session:
        for instance_id in ids:
            assert (session.get_one(ProcessInstance, instance_id).variables or {})["news"] == {"ok": True}
        record = session.scalars(
            sa.select(CommandRecord).where(CommandRecord.command == "send_message")
        ).one()
        assert (record.changes["instances"], record.actor_name) == (2, "operator one")
    nobody = client.post("/operator/sending/signal", data={"name": "nothing", "reason": "x"})
    assert nobody.status_code == 409
    for address in ("message", "signal"):
        assert trial.client(Role.ANALYST).post(f"/operator/sending/{address}").status_code == 403
