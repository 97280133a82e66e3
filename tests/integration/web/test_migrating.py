"""The pages on which instances are moved: plan, dry run, run, report; for analysts and operators alone."""

from __future__ import annotations

import re

import pytest

from processes.people.roles import Role
from tests.drawn import trial_bundle
from tests.jobs import run_due_work
from tests.trials import REVIEWER, Trial

PLAN = "/migrations/new/trial_review?from=1&to=2"


@pytest.fixture
def trial(trial: Trial) -> Trial:
    """Two instances on a version whose successor calls the task otherwise."""
    for key in ("C1", "C2"):
        trial.start(key)
    files = trial_bundle(hours=72)
    files["trial_review.bpmn"] = files["trial_review.bpmn"].replace("task_review", "task_judge")
    with trial.tuidan.transaction() as session:
        trial.tuidan.engine.deploy(session, files, actor=REVIEWER, note="renamed")
    return trial


def test_a_plan_is_checked_read_and_run(trial: Trial) -> None:
    client = trial.client(Role.ANALYST)
    assert "/migrations/new/trial_review" in client.get("/analyst/processes/trial_review?version=1").text
    page = client.get(PLAN).text
    assert "有 1 处令牌位置需要您确认" in page
    assert 'name="to/trial_review/task_review"' in page
    assert page.count("建议：名称和类型相同") == 1
    assert 'value="task_judge" selected' in page
    choice = {"to/trial_review/task_review": "task_judge"}
    assert client.post(PLAN, data=choice).status_code == 400  # without a reason
    wrong = client.post(PLAN, data={"to/trial_review/task_review": "call_payment", "reason": "x"})
    assert wrong.status_code == 400
    assert "call_payment 类型不同" in wrong.text
    answer = client.post(PLAN, data=choice | {"reason": "新规则"})
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert "检查中" in client.get(address).text or "hx-get" in client.get(address).text
    run_due_work(trial.tuidan.engine)
    report = client.get(address).text
    assert "未改动任何实例" in report
    assert "令牌将在 审核申请 (task_judge) 继续" in report
    assert client.get(f"{address}?part=report").headers["HX-Refresh"] == "true"
    assert client.post(f"{address}/run", data={"reason": ""}).status_code == 400
    assert client.post(f"{address}/run", data={"reason": "看过了"}).status_code == 303
    assert client.post(f"{address}/run", data={"reason": "再点一次"}).status_code == 409
    run_due_work(trial.tuidan.engine)
    assert re.search(r"共 2 个，已迁移 2 个", client.get(address).text)
    like = address.rpartition("/")[2]
    assert 'value="task_judge" selected' in client.get(f"{PLAN}&like={like}").text
    nowhere = client.post(PLAN, data={"to/trial_review/task_review": "", "reason": "x"}).headers["Location"]
    assert 'value="task_judge"' in client.get(f"{PLAN}&like={nowhere.rpartition('/')[2]}").text
    assert 'value="task_judge" selected' not in client.get(f"{PLAN}&like={nowhere.rpartition('/')[2]}").text
    assert client.get(f"/migrations/new/refund?like={like}").status_code == 404
    operator = trial.client(Role.OPERATOR)
    assert "C1" in operator.get(f"{address}/instances?outcome=moved").text
    assert "新规则" in operator.get("/migrations/?process=trial_review").text


def test_others_are_refused_and_unknown_ones_not_found(trial: Trial) -> None:
    assert trial.client(Role.BUYER).get("/migrations/").status_code == 403
    client = trial.client(Role.OPERATOR)
    unknown = "00000000-0000-7000-8000-000000000000"
    for address in (f"/migrations/{unknown}", "/migrations/new/nothing", f"/migrations/{unknown}/instances"):
        assert client.get(address).status_code == 404
    assert client.post(f"/migrations/{unknown}/stop", data={"reason": "x"}).status_code == 404
    assert client.get("/migrations/new/trial_review?from=2&to=2").status_code == 200
