"""Finding process instances, and looking into one."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from engine.failures import InstanceNotFound
from engine.queries.instance_view import history_of, instance_view
from engine.queries.instances import InstanceFilters, find_instances
from processes.people.roles import Role
from tests.drawn import trial_bundle
from tests.trials import REVIEWER, Trial


def test_the_overview_counts_what_runs_and_fails(trial: Trial, client: FlaskClient) -> None:
    trial.start("C1")
    trial.fail("C2")
    page = client.get("/operator/").text
    assert "试用审核" in page
    assert "执行付款" in page
    assert "收款账户已注销" in page
    part = client.get("/operator/?part=numbers").text
    assert "<html" not in part
    assert "执行付款" in part


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"C1", "C2", "C3"}),
        ("?key=C2", {"C2"}),
        ("?status=completed", {"C3"}),
        ("?status=running", {"C1", "C2"}),
        ("?incident=1", {"C2"}),
        ("?process=trial_review&version=1", {"C1", "C2", "C3"}),
        ("?process=trial_review&version=2", set()),
        ("?process=trial_payment", set()),
        ("?from=2100-01-01", set()),
        ("?to=2001-01-01", set()),
        ("?from=nonsense&version=x&status=nonsense&after=nonsense", {"C1", "C2", "C3"}),
    ],
)
def test_filters_choose_instances(trial: Trial, client: FlaskClient, query: str, expected: set[str]) -> None:
    trial.start("C1")
    trial.fail("C2")
    trial.agree(trial.start("C3"))
    page = client.get(f"/operator/instances{query}").text
    assert {key for key in ("C1", "C2", "C3") if f">{key}</a>" in page} == expected


def test_pages_follow_each_other_without_gap_or_repetition(trial: Trial) -> None:
    keys = [f"C{number}" for number in range(7)]
    for key in keys:
        trial.start(key)
    seen: list[str] = []
    after: uuid.UUID | None = None
    with trial.tuidan.transaction() as session:
        while True:
            page = find_instances(session, InstanceFilters(), after=after, limit=3)
            seen += [row.business_key for row in page.rows]
            if page.next is None:
                break
            after = page.next
    assert seen == keys[::-1]


def test_a_list_costs_the_same_number_of_statements_at_any_length(trial: Trial) -> None:
    def statements(limit: int) -> int:
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        sa.event.listen(trial.tuidan.database, "before_cursor_execute", counted)
        with trial.tuidan.transaction() as session:
            find_instances(session, InstanceFilters(), limit=limit)
        sa.event.remove(trial.tuidan.database, "before_cursor_execute", counted)
        return count

    for number in range(6):
        trial.start(f"C{number}")
    assert statements(1) == statements(6) <= 5


def test_a_row_says_what_the_instance_waits_for_and_until_when(trial: Trial) -> None:
    trial.start("C1")
    with trial.tuidan.transaction() as session:
        row = find_instances(session, InstanceFilters()).rows[0]
    assert row.waits_for == ("审核申请",)
    assert row.due_at is not None
    assert dt.timedelta(hours=47) < row.due_at - trial.tuidan.clock.now() <= dt.timedelta(hours=48)
    assert row.incidents == 0


def test_the_page_of_an_instance_shows_where_it_waits_and_its_data(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1", remark="<b>引号'\"</b>")
    page = client.get(f"/operator/instances/{instance_id}").text
    for words in ("审核申请", "reviewers", "48小时未审核", "remark", "&lt;b&gt;"):
        assert words in page
    assert "<b>引号" not in page


def test_marks_tell_the_way_and_the_token(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    marks = client.get(f"/operator/instances/{instance_id}/diagrams/trial_review.json").get_json()
    assert "task_limit" in marks["done"]
    assert "task_review" in marks["active"]
    assert ["task_limit", "task_review"] in marks["flows"]
    kinds = {(badge["element"], badge["kind"]) for badge in marks["badges"]}
    assert {("task_review", "token"), ("timer_lapsed", "timer")} <= kinds
    assert marks["ended"] is False


def test_a_called_process_has_its_own_diagram_with_the_failure(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.fail("C1")
    page = client.get(f"/operator/instances/{instance_id}").text
    assert f"/operator/instances/{instance_id}/diagrams/trial_payment.bpmn" in page
    marks = client.get(f"/operator/instances/{instance_id}/diagrams/trial_payment.json").get_json()
    assert ("task_pay", "incident") in {(badge["element"], badge["kind"]) for badge in marks["badges"]}
    outer = client.get(f"/operator/instances/{instance_id}/diagrams/trial_review.json").get_json()
    assert "call_payment" in outer["active"]
    xml = client.get(f"/operator/instances/{instance_id}/diagrams/trial_payment.bpmn")
    assert xml.mimetype == "application/xml"
    assert "task_pay" in xml.text


def test_an_ended_instance_has_no_token_and_keeps_its_way(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    trial.agree(instance_id)
    marks = client.get(f"/operator/instances/{instance_id}/diagrams/trial_review.json").get_json()
    assert marks["active"] == []
    assert marks["ended"] is True
    assert {"start_trial", "task_review", "end_paid"} <= set(marks["done"])
    assert "end_lapsed" not in marks["done"]


def test_an_instance_stays_with_the_diagram_of_its_version(trial: Trial, client: FlaskClient) -> None:
    old = trial.start("C1")
    with trial.tuidan.transaction() as session:
        trial.tuidan.engine.deploy(session, trial_bundle(hours=72), actor=REVIEWER, note="longer")
    new = trial.start("C2")
    assert "PT48H" in client.get(f"/operator/instances/{old}/diagrams/trial_review.bpmn").text
    assert "PT72H" in client.get(f"/operator/instances/{new}/diagrams/trial_review.bpmn").text


def test_details_of_an_element(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.fail("C1")
    address = f"/operator/instances/{instance_id}/element"
    details = client.get(address, query_string={"element": "task_pay", "name": "执行付款"}).text
    assert "收款账户已注销" in details
    called = client.get(address, query_string={"element": "call_payment", "called": "trial_payment"}).text
    assert "diagram=trial_payment" in called
    assert client.get(address, query_string={"element": "<script>"}).text.count("<script>") == 0


def test_history_is_read_in_pages(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    trial.agree(instance_id)
    with trial.tuidan.transaction() as session:
        first = history_of(session, instance_id, limit=4)
        assert first.next is not None
        rest = history_of(session, instance_id, before=first.next, limit=1000)
        whole = history_of(session, instance_id, limit=1000)
    assert [event.id for event in first.rows + rest.rows] == [event.id for event in whole.rows]
    assert "试用" not in client.get(f"/operator/instances/{instance_id}/history?before=1").text


def test_what_is_not_there_is_not_found(trial: Trial, client: FlaskClient) -> None:
    unknown = uuid.uuid4()
    instance_id = trial.start("C1")
    for address in (
        f"/operator/instances/{unknown}",
        f"/operator/instances/{unknown}/element?element=x",
        f"/operator/instances/{instance_id}/diagrams/nonsense.bpmn",
        f"/operator/instances/{instance_id}/diagrams/nonsense.json",
        "/operator/instances/nonsense",
    ):
        assert client.get(address).status_code == 404, address
    with trial.tuidan.transaction() as session, pytest.raises(InstanceNotFound):
        instance_view(session, unknown)


def test_others_have_no_business_here(trial: Trial) -> None:
    for role in (Role.BUYER, Role.ANALYST):
        assert trial.client(role).get("/operator/").status_code == 403
        assert trial.client(role).post("/operator/incidents/retry").status_code == 403
