"""Changing variables from an instance's page: edited, compared, applied."""

from __future__ import annotations

import re
import uuid

from flask.testing import FlaskClient

from engine.inspecting import inspect_variables
from processes.people.roles import Role
from tests.trials import Trial


def test_variables_are_edited_compared_and_changed(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1", note="<i>")
    page = f"/operator/instances/{instance_id}/variables"
    shown = client.get(page).text
    (version,) = re.findall(r'name="version" value="(\d+)"', shown)
    (token,) = re.findall(r'<option value="(\d+)"', shown)
    assert client.get(f"{page}?token={token}").status_code == 200
    assert client.get(f"{page}?token=999").status_code == 409
    form = {"version": version, "name": ["amount", "note", "fresh"], "text": ["900", '"<i>"', "[1,"]}
    wrong = client.post(f"{page}/compare", data=form).text
    assert 'aria-invalid="true"' in wrong
    assert "[1," in wrong
    form["text"] = ["900", '"<i>"', "[1]"]
    compared = client.post(f"{page}/compare", data=form | {"remove": "note"}).text
    assert "&lt;i&gt;" in compared
    assert "原来没有" in compared
    assert "没有条件因此成立" in compared
    unchanged = client.post(f"{page}/compare", data={"version": version, "name": "amount", "text": "800"})
    assert "没有变化" in unchanged.text
    change = {"values": '{"amount": 900, "fresh": [1]}', "removed": "note", "version": version}
    assert client.post(page, data=change | {"reason": " "}).status_code == 400
    assert client.post(page, data=change | {"values": "[" * 9, "reason": "x"}).status_code == 400
    assert client.post(page, data=change | {"reason": "改价"}).status_code == 303
    assert client.post(page, data=change | {"reason": "改价"}).status_code == 409
    history = client.get(f"/operator/instances/{instance_id}").text
    assert "运维人员修改了变量" in history
    with trial.tuidan.transaction() as session:
        variables = inspect_variables(trial.tuidan.engine, session, instance_id).variables
    assert (variables["amount"], variables["fresh"], "note" in variables) == (900, [1], False)


def test_variables_are_for_operators(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    assert client.get(f"/operator/instances/{uuid.uuid4()}/variables").status_code == 404
    analyst = trial.client(Role.ANALYST)
    assert analyst.get(f"/operator/instances/{instance_id}/variables").status_code == 403
    for address in ("variables", "variables/compare"):
        assert analyst.post(f"/operator/instances/{instance_id}/{address}").status_code == 403
