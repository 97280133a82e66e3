"""Retrying all incidents that match, from the incidents' page."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from engine.failures import InstanceUnreadable
from engine.retries.tables import RetryBatch
from processes.people.roles import Role
from tests.jobs import run_due_work
from tests.trials import Trial


def test_incidents_are_grouped_and_all_that_match_are_retried(trial: Trial, client: FlaskClient) -> None:
    for number in range(3):
        trial.fail(f"C{number}")
    shown = client.get("/operator/incidents").text
    assert "共同之处" in shown
    assert "element=task_pay" in shown
    assert client.get("/operator/incidents?element=nowhere&kind=x&age=y&message=%25").status_code == 200
    none = client.post("/operator/incidents/retry-all", data={"element": "nowhere", "reason": "x"})
    assert none.status_code == 409
    assert client.post("/operator/incidents/retry-all", data={"reason": ""}).status_code == 400
    done = client.post("/operator/incidents/retry-all", data={"element": "task_pay", "reason": "好了<b>"})
    page = client.get(done.location).text
    assert "好了&lt;b&gt;" in page
    run_due_work(trial.tuidan.engine)
    assert trial.open_incidents() == []
    assert "已完成" in client.get(f"{done.location}?part=progress").text
    assert done.location in client.get("/operator/retries").text
    assert client.post(f"{done.location}/stop", data={"reason": "x"}).status_code == 409


def test_one_that_fails_again_is_tried_later_by_itself(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    with trial.tuidan.transaction() as session:
        session.execute(sa.text("UPDATE execution SET state = '{}'"))
    with pytest.raises(InstanceUnreadable):
        trial.agree(instance_id)
    (incident,) = trial.open_incidents()
    back = client.post("/operator/incidents/retry", data={"incident": incident.id, "reason": "again"})
    assert "自动重试" in client.get(back.location).text
    with trial.tuidan.transaction() as session:
        batch = session.scalars(sa.select(RetryBatch)).one()
    assert (batch.status, batch.total, batch.filters) == ("waiting", 1, {"ids": [str(incident.id)]})
    stopped = client.post(f"/operator/retries/{batch.id}/stop", data={"reason": "够了"})
    assert "够了" in client.get(stopped.location).text


def test_retries_are_for_operators(trial: Trial, client: FlaskClient) -> None:
    assert client.get(f"/operator/retries/{uuid.uuid4()}").status_code == 404
    for address in ("/operator/incidents/retry-all", f"/operator/retries/{uuid.uuid4()}/stop"):
        assert trial.client(Role.ANALYST).post(address).status_code == 403
