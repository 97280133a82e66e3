"""Suspending, resuming and cancelling from an instance's page."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from engine.failures import InstanceSuspended
from engine.tables import HistoryEvent, ProcessInstance, ServiceJob
from processes.people.roles import Role
from tests.jobs import run_due_work, take_jobs
from tests.trials import Trial


def test_an_instance_is_suspended_and_resumed_with_reasons(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    page = f"/operator/instances/{instance_id}"
    assert client.post(f"{page}/suspend", data={"reason": "对账<b>"}).location == page
    shown = client.get(page).text
    assert "已挂起" in shown
    assert "对账&lt;b&gt;" in shown
    assert f"{page}/resume" in shown
    with pytest.raises(InstanceSuspended):
        trial.agree(instance_id)
    assert client.post(f"{page}/suspend", data={"reason": "again"}).status_code == 409
    client.post(f"{page}/resume", data={"reason": "对完了"})
    trial.agree(instance_id)
    with trial.tuidan.transaction() as session:
        query = sa.select(HistoryEvent).where(HistoryEvent.kind.in_(["suspended", "resumed"]))
        events = session.scalars(query.order_by(HistoryEvent.id)).all()
        assert [(e.actor_name, (e.data or {})["reason"]) for e in events] == [
            ("operator one", "对账<b>"),
            ("operator one", "对完了"),
        ]
        assert session.get_one(ProcessInstance, instance_id).status == "completed"


def test_an_instance_is_cancelled_with_a_reason(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    page = f"/operator/instances/{instance_id}"
    assert client.post(f"{page}/cancel", data={"reason": " "}).status_code == 400
    assert client.post(f"{page}/cancel", data={"reason": "重复"}).status_code == 303
    assert "重复" in client.get(page).text
    assert client.post(f"{page}/cancel", data={"reason": "重复"}).status_code == 409


def test_a_call_is_suspended_and_resumed(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.fail("C1")
    with trial.tuidan.transaction() as session:
        job = session.scalars(sa.select(ServiceJob)).one()
    page = f"/operator/instances/{instance_id}"
    client.post(f"{page}/jobs/{job.element_instance}/suspend", data={"reason": "停"})
    assert f"{page}/jobs/{job.element_instance}/resume" in client.get(page).text
    incident = trial.open_incidents()[0]
    client.post("/operator/incidents/retry", data={"incident": incident.id, "reason": "again"})
    run_due_work(trial.tuidan.engine)
    with trial.tuidan.transaction() as session:
        assert session.get_one(ProcessInstance, instance_id).status == "running"
    client.post(f"{page}/jobs/{job.element_instance}/resume", data={"reason": "行"})
    run_due_work(trial.tuidan.engine)
    with trial.tuidan.transaction() as session:
        assert session.get_one(ProcessInstance, instance_id).status == "completed"
    take_jobs(trial.tuidan.engine.transaction)
    answer = client.post(f"{page}/jobs/{job.element_instance}/resume", data={"reason": "行"})
    assert answer.status_code == 404


def test_commands_are_for_operators_from_this_site(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    for command in ("suspend", "resume", "cancel", "jobs/1/suspend", "jobs/1/resume"):
        address = f"/operator/instances/{instance_id}/{command}"
        assert trial.client(Role.ANALYST).post(address, data={"reason": "x"}).status_code == 403
        client.application.config["WTF_CSRF_ENABLED"] = True
        assert client.post(address, data={"reason": "x"}).status_code == 400
        client.application.config["WTF_CSRF_ENABLED"] = False
