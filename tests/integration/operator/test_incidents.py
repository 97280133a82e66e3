"""Retrying what failed, and the record of it."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask.testing import FlaskClient

from engine import SYSTEM
from engine.failures import StepFailed
from engine.tables import HistoryEvent, Incident, ProcessInstance
from processes.people.roles import Role
from tests.diagrams import diagram, element, end, flows, message, message_definition, script
from tests.jobs import run_due_work
from tests.trials import PASSWORD, Trial
from webapp.app import create_app

FAILED = uuid.UUID(int=7)
GREET = diagram(
    "greet",
    element("startEvent", "asked", message_definition("greet")),
    script("greeting", "said = words"),
    end(),
    flows("asked", "greeting", "end"),
    more=message("greet"),
)


def _status(trial: Trial, instance_id: uuid.UUID) -> str:
    with trial.tuidan.transaction() as session:
        return session.get_one(ProcessInstance, instance_id).status


def test_a_retried_call_goes_on_to_the_end(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.fail("C1")
    incident = trial.open_incidents()[0]
    answer = client.post("/operator/incidents/retry", data={"incident": incident.id, "reason": "渠道已恢复"})
    assert answer.status_code == 303
    run_due_work(trial.tuidan.engine)
    assert trial.open_incidents() == []
    assert _status(trial, instance_id) == "completed"
    with trial.tuidan.transaction() as session:
        retried = session.scalars(
            sa.select(HistoryEvent).where(HistoryEvent.kind == "incident_retried")
        ).one()
        assert retried.actor_name == "operator one"
        assert retried.element_id == "task_pay"
        assert retried.data is not None
        assert retried.data["reason"] == "渠道已恢复"


def test_several_are_retried_at_once(trial: Trial, client: FlaskClient) -> None:
    instances = [trial.fail(f"C{number}") for number in range(3)]
    chosen = [str(incident.id) for incident in trial.open_incidents()]
    assert len(chosen) == 3
    client.post("/operator/incidents/retry", data={"incident": chosen, "reason": "again"})
    run_due_work(trial.tuidan.engine)
    assert {_status(trial, instance_id) for instance_id in instances} == {"completed"}


def test_what_fails_again_stays_open(trial: Trial, client: FlaskClient) -> None:
    trial.fail("C1")
    incident = trial.open_incidents()[0]
    trial.broken = True
    client.post("/operator/incidents/retry", data={"incident": incident.id, "reason": "again"})
    run_due_work(trial.tuidan.engine)
    assert len(trial.open_incidents()) == 1


def test_a_retry_needs_a_reason_and_an_incident(trial: Trial, client: FlaskClient) -> None:
    trial.fail("C1")
    incident = trial.open_incidents()[0]
    incomplete = (
        {"incident": str(incident.id), "reason": "  "},
        {"reason": "again"},
        {"incident": "nonsense", "reason": "again"},
    )
    for data in incomplete:
        assert client.post("/operator/incidents/retry", data=data).status_code == 303
    assert [item.id for item in trial.open_incidents()] == [incident.id]


def test_a_second_retry_of_the_same_incident_is_told(trial: Trial, client: FlaskClient) -> None:
    trial.fail("C1")
    incident = trial.open_incidents()[0]
    for _ in range(2):
        answer = client.post(
            "/operator/incidents/retry",
            data={"incident": incident.id, "reason": "again", "next": "/operator/incidents"},
        )
        assert answer.location == "/operator/incidents"
    run_due_work(trial.tuidan.engine)
    with trial.tuidan.transaction() as session:
        assert session.get_one(Incident, incident.id).resolved_at is not None
        count = sa.select(sa.func.count()).where(HistoryEvent.kind == "incident_retried")
        assert session.scalar(count) == 1


def test_a_retry_never_leads_to_another_site(trial: Trial, client: FlaskClient) -> None:
    answer = client.post(
        "/operator/incidents/retry", data={"reason": "x", "next": "https://elsewhere.example/"}
    )
    assert answer.location == "/operator/incidents"


def test_the_list_shows_open_and_resolved_incidents(trial: Trial, client: FlaskClient) -> None:
    trial.fail("C1")
    assert "收款账户已注销" in client.get("/operator/incidents").text
    assert "收款账户已注销" not in client.get("/operator/incidents?process=trial_payment").text
    incident = trial.open_incidents()[0]
    client.post("/operator/incidents/retry", data={"incident": incident.id, "reason": "again"})
    assert "收款账户已注销" not in client.get("/operator/incidents").text
    assert "收款账户已注销" in client.get("/operator/incidents?state=resolved").text


def test_commands_are_protected_from_other_sites(trial: Trial, client: FlaskClient) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True
    trial.fail("C1")
    incident = trial.open_incidents()[0]
    answer = client.post("/operator/incidents/retry", data={"incident": incident.id, "reason": "again"})
    assert answer.status_code == 400
    assert len(trial.open_incidents()) == 1


def test_a_step_that_fails_for_an_operator_leads_him_to_its_incident(
    trial: Trial, client: FlaskClient
) -> None:
    """Whoever else meets it is told that an operator knows."""
    bundle = {"greet.bpmn": GREET}
    with trial.tuidan.transaction() as session:
        trial.tuidan.engine.deploy(session, bundle, actor=SYSTEM, note="")
    form = {"name": "greet", "key": "K1", "payload": "{}", "reason": "试"}
    answer = client.post("/operator/sending/message", data=form)
    (incident,) = trial.open_incidents()
    assert answer.status_code == 503
    assert f'href="/operator/incidents/{incident.id}"' in answer.text


def test_the_page_of_an_incident_is_offered_to_operators_only(trial: Trial) -> None:
    app = create_app(trial.tuidan)
    app.config.update(WTF_CSRF_ENABLED=False)
    app.add_url_rule("/fail", view_func=_fail)
    for role, offered in ((Role.BUYER, False), (Role.OPERATOR, True)):
        person = app.test_client()
        person.post("/sign-in", data={"login": f"{role}-1", "password": PASSWORD})
        answer = person.get("/fail")
        assert answer.status_code == 503
        assert (f"/operator/incidents/{FAILED}" in answer.text) is offered


def _fail() -> str:
    raise StepFailed(FAILED)
