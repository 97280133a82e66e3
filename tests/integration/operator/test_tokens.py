"""Changing tokens from an instance's page: picked, previewed, applied."""

from __future__ import annotations

import re
import uuid

import sqlalchemy as sa
from flask.testing import FlaskClient

from engine.tables import HistoryEvent, ProcessInstance
from processes.people.roles import Role
from tests.jobs import run_due_work
from tests.trials import Trial


def test_a_token_is_moved_into_the_called_process(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    page = f"/operator/instances/{instance_id}/tokens"
    shown = client.get(page).text
    (token,) = re.findall(r'name="move" value="(\d+)"', shown)
    picked = client.get(f"{page}/element?scope=trial_review&element=task_review&name=x").text
    assert f'name="cancel" value="{token}"' in picked
    boundary = client.get(f"{page}/element?scope=trial_review&element=timer_lapsed").text
    assert "附在一个活动上" in boundary
    moving = client.post(f"{page}/plan", data={"move": token}).text
    assert f'name="moving" value="{token}"' in moving
    planned = client.post(f"{page}/plan", data={"moving": token, "place": "trial_payment:task_pay"}).text
    assert "把“审核申请”的令牌移到“执行付款”" in planned
    (version,) = re.findall(r'name="version" value="(\d+)"', planned)
    change = f"{token}>trial_payment:task_pay"
    stale = client.post(page, data={"change": change, "version": "0", "reason": "x"})
    assert (stale.status_code, "抢先" in stale.text) == (409, True)
    done = client.post(page, data={"change": change, "version": version, "reason": "线下已付<b>"})
    assert done.location == f"/operator/instances/{instance_id}"
    instance = client.get(done.location).text
    assert "线下已付&lt;b&gt;" in instance
    assert "把“审核申请”的令牌移到“执行付款”" in instance
    run_due_work(trial.tuidan.engine)
    with trial.tuidan.transaction() as session:
        assert session.get_one(ProcessInstance, instance_id).status == "completed"
        event = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.kind == "tokens_changed")).one()
    assert event.actor_name == "operator one"
    assert client.get(page).status_code == 409


def test_a_plan_that_is_refused_says_why_and_is_taken_apart_again(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    page = f"/operator/instances/{instance_id}/tokens"
    (token,) = re.findall(r'name="move" value="(\d+)"', client.get(page).text)
    refused = client.post(f"{page}/plan", data={"cancel": token}).text
    assert "请取消它" in refused
    assert 'name="version"' not in refused
    both = client.post(
        f"{page}/plan", data={"change": [token], "listed": "trial_review:end_lapsed", "take": "listed"}
    ).text
    assert "实例将到达终点" in both
    alone = client.post(
        f"{page}/plan", data={"change": [token, ">trial_review:end_paid"], "without": "0"}
    ).text
    assert "在“已付款”添加令牌" in alone
    assert 'name="change" value="' + token + '"' not in alone
    nonsense = client.post(f"{page}/plan", data={"change": ["x", ">", ">a", "9" * 30], "place": "\x00"})
    assert (nonsense.status_code, "还没有计划" in nonsense.text) == (200, True)


def test_tokens_are_for_operators(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    assert client.get(f"/operator/instances/{uuid.uuid4()}/tokens").status_code == 404
    analyst = trial.client(Role.ANALYST)
    for address in ("tokens", "tokens/element"):
        assert analyst.get(f"/operator/instances/{instance_id}/{address}").status_code == 403
    for address in ("tokens", "tokens/plan"):
        assert analyst.post(f"/operator/instances/{instance_id}/{address}").status_code == 403
