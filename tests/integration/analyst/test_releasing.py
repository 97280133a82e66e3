"""Choosing the version that new instances start on, and suspending one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from engine.failures import VersionSuspended
from engine.tables import CommandRecord, ProcessDefinition, ProcessInstance
from processes.people.roles import Role
from tests.drawn import trial_bundle
from tests.trials import REVIEWER, Trial

PAGE = "/analyst/processes/trial_review"


def _started_on(trial: Trial, key: str) -> int:
    instance_id = trial.start(key)
    with trial.tuidan.transaction() as session:
        definition_id = session.get_one(ProcessInstance, instance_id).definition_id
        return session.get_one(ProcessDefinition, definition_id).version


def test_a_release_is_rolled_back_and_set_again(trial: Trial, client: FlaskClient) -> None:
    with trial.tuidan.transaction() as session:
        trial.tuidan.engine.deploy(session, trial_bundle(hours=72), actor=REVIEWER, note="longer")
    assert _started_on(trial, "C1") == 2
    assert f"{PAGE}/versions/1/release" in client.get(f"{PAGE}?version=1").text
    assert client.post(f"{PAGE}/versions/1/release", data={"reason": "期限太长"}).status_code == 303
    assert _started_on(trial, "C2") == 1
    assert client.post(f"{PAGE}/versions/1/release", data={"reason": "again"}).status_code == 409
    assert client.post(f"{PAGE}/versions/2/release", data={"reason": ""}).status_code == 400
    assert client.post(f"{PAGE}/versions/9/release", data={"reason": "x"}).status_code == 404
    client.post(f"{PAGE}/versions/2/release", data={"reason": "还是要长"})
    assert _started_on(trial, "C3") == 2
    with trial.tuidan.transaction() as session:
        records = session.scalars(sa.select(CommandRecord).order_by(CommandRecord.id)).all()
    assert [(r.reason, r.changes, r.actor_name) for r in records] == [
        ("期限太长", {"from": 2, "to": 1}, "analyst one"),
        ("还是要长", {"from": 1, "to": 2}, "analyst one"),
    ]


def test_a_version_is_suspended_and_resumed(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    client.post(f"{PAGE}/versions/1/suspend", data={"reason": "有误"})
    assert "已挂起" in client.get(PAGE).text
    assert "所属版本已挂起" in trial.client(Role.OPERATOR).get(f"/operator/instances/{instance_id}").text
    with pytest.raises(VersionSuspended):
        trial.start("C2")
    client.post(f"{PAGE}/versions/1/resume", data={"reason": "好了"})
    trial.agree(instance_id)
    with trial.tuidan.transaction() as session:
        assert session.get_one(ProcessInstance, instance_id).status == "completed"


def test_others_may_not(trial: Trial) -> None:
    for command in ("release", "suspend", "resume"):
        answer = trial.client(Role.OPERATOR).post(f"{PAGE}/versions/1/{command}", data={"reason": "x"})
        assert answer.status_code == 403
