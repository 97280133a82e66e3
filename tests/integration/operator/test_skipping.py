"""Giving the result of what failed, from an incident's page or from its instance's."""

from __future__ import annotations

import uuid

from flask.testing import FlaskClient

from engine.tables import ProcessInstance
from processes.people.roles import Role
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
