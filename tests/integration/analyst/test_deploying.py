"""The deploy form: checked first, then all or nothing, and every mistake is told."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.queries.definitions import versions_of
from engine.tables import Deployment
from tests.drawn import review_process, trial_bundle
from tests.trials import Trial


def _send(
    client: FlaskClient, action: str, *files: tuple[str, str | bytes], note: str = "72 hours"
) -> TestResponse:
    uploads = [(io.BytesIO(text.encode() if isinstance(text, str) else text), name) for name, text in files]
    return client.post(
        "/analyst/deploy",
        data={"files": uploads, "action": action, "note": note, "keep": "1"},
        content_type="multipart/form-data",
    )


def _versions(trial: Trial) -> list[int]:
    with trial.tuidan.transaction() as session:
        return [row.version for row in versions_of(session, "trial_review")]


def _deployments(trial: Trial) -> int:
    with trial.tuidan.transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Deployment)) or 0


def test_checking_deploys_nothing(trial: Trial, client: FlaskClient) -> None:
    answer = _send(client, "check", ("trial_review.bpmn", review_process(hours=72)))
    assert answer.status_code == 200
    assert 'value="deploy"' in answer.text
    assert _versions(trial) == [1]


def test_what_was_checked_is_deployed_with_its_note(trial: Trial, client: FlaskClient) -> None:
    answer = client.post(
        "/analyst/deploy",
        data={
            "name": "trial_review.bpmn",
            "text": review_process(hours=72).replace("\n", "\r\n"),
            "action": "deploy",
            "note": "商家 72 小时",
            "keep": "1",
        },
    )
    assert answer.status_code == 303
    with trial.tuidan.transaction() as session:
        row = versions_of(session, "trial_review")[0]
    assert (row.version, row.released, row.note) == (2, True, "商家 72 小时")
    page = client.get("/analyst/processes/trial_review").text
    assert "analyst one" in page
    assert "商家 72 小时" in page


def test_only_what_has_changed_gets_a_new_version(trial: Trial, client: FlaskClient) -> None:
    _send(client, "deploy", ("trial_review.bpmn", review_process(hours=72)))
    with trial.tuidan.transaction() as session:
        assert [row.version for row in versions_of(session, "trial_payment")] == [1]


def test_the_same_files_again_change_nothing(trial: Trial, client: FlaskClient) -> None:
    before = _deployments(trial)
    answer = _send(client, "deploy", *trial_bundle().items())
    assert answer.status_code == 303
    assert _versions(trial) == [1]
    assert _deployments(trial) == before


def test_a_note_is_needed(trial: Trial, client: FlaskClient) -> None:
    answer = _send(client, "deploy", ("trial_review.bpmn", review_process(hours=72)), note=" ")
    assert answer.status_code == 400
    assert _versions(trial) == [1]


BROKEN = {
    "not well-formed": ("trial_review.bpmn", review_process()[:-40]),
    "not XML": ("trial_review.bpmn", "this is not XML"),
    "binary": ("trial_review.bpmn", b"\xff\xfe\x00\x01 PNG"),
    "with an entity": (
        "trial_review.bpmn",
        review_process().replace("?>", '?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>', 1),
    ),
    "an operation that isn't there": (
        "trial_payment.bpmn",
        trial_bundle(operation="nobody.knows")["trial_payment.bpmn"],
    ),
    "a script that reaches out": (
        "trial_review.bpmn",
        review_process().replace('"PT48H"', "().__class__.__subclasses__()"),
    ),
    "a process that isn't there": (
        "trial_review.bpmn",
        review_process().replace('calledElement="trial_payment"', 'calledElement="nobody"'),
    ),
    "a form that isn't JSON": ("trial_review.form", "{nonsense"),
    "a file of another kind": ("notes.txt", "remember the milk"),
}


@pytest.mark.parametrize("action", ["check", "deploy"])
@pytest.mark.parametrize("file", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_wrong_is_told_and_nothing_deployed(
    trial: Trial, client: FlaskClient, file: tuple[str, str | bytes], action: str
) -> None:
    before = _deployments(trial)
    answer = _send(client, action, file)
    assert answer.status_code == 400
    assert file[0] in answer.text
    assert 'value="deploy"' not in answer.text
    assert _deployments(trial) == before


def test_a_finding_names_element_line_and_remedy(trial: Trial, client: FlaskClient) -> None:
    broken = review_process().replace('"PT48H"', "().__class__.__subclasses__()")
    answer = _send(client, "check", ("trial_review.bpmn", broken))
    line = next(n for n, text in enumerate(broken.splitlines(), 1) if "timer_lapsed" in text)
    assert 'data-focus-element="timer_lapsed"' in answer.text
    assert any(f" {number} " in answer.text for number in range(line, line + 4))
    assert "→" in answer.text


def test_one_broken_file_keeps_all_out(trial: Trial, client: FlaskClient) -> None:
    good = ("trial_review.bpmn", review_process(hours=72))
    assert _send(client, "deploy", good, ("trial_payment.bpmn", "broken")).status_code == 400
    assert _versions(trial) == [1]


def test_a_huge_file_is_refused(trial: Trial, client: FlaskClient) -> None:
    before = _deployments(trial)
    answer = client.post("/analyst/deploy", data={"name": "trial_review.bpmn", "text": "x" * 2_000_000})
    assert answer.status_code == 413
    assert _deployments(trial) == before


def test_an_empty_form_is_told(trial: Trial, client: FlaskClient) -> None:
    assert _send(client, "check").status_code == 400
    assert client.post("/analyst/deploy", data={"text": "  "}).status_code == 400


def test_without_the_other_files_a_bundle_stands_alone(trial: Trial, client: FlaskClient) -> None:
    files = {
        "name": "trial_review.bpmn",
        "text": review_process(hours=72),
        "action": "deploy",
        "note": "alone",
    }
    assert client.post("/analyst/deploy", data=files).status_code == 400
    assert _versions(trial) == [1]


def test_names_with_folders_are_brought_to_their_place(trial: Trial, client: FlaskClient) -> None:
    form = trial_bundle()["forms/trial_review.form"].replace("说明", "理由")
    assert _send(client, "deploy", ("../../etc/trial_review.form", form)).status_code == 303
    with trial.tuidan.transaction() as session:
        row = versions_of(session, "trial_review")[0]
    answer = client.get(f"/analyst/deployments/{row.deployment_id}/files/forms/trial_review.form")
    assert "理由" in answer.text


def test_drawing_goes_on_with_what_was_sent(client: FlaskClient) -> None:
    answer = client.post("/analyst/model", data={"name": "x.bpmn", "text": "<a>&lt;</a>", "note": "why"})
    assert answer.status_code == 200
    assert "&lt;a&gt;&amp;lt;&lt;/a&gt;" in answer.text


def test_deploying_is_protected_from_other_sites(trial: Trial, client: FlaskClient) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True
    assert _send(client, "deploy", ("trial_review.bpmn", review_process(hours=72))).status_code == 400
    assert _versions(trial) == [1]
