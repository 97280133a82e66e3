"""Reading processes: versions, files, forms and tables."""

from __future__ import annotations

import uuid

from flask.testing import FlaskClient

from engine.queries.definitions import versions_of
from engine.queries.files import files_in_force
from processes.people.roles import Role
from tests.drawn import review_process, trial_bundle
from tests.trials import REVIEWER, Trial


def test_processes_are_listed_in_the_version_in_force(trial: Trial, client: FlaskClient) -> None:
    page = client.get("/analyst/").text
    for words in ("试用审核", "试用付款", "trial_review", "for trials"):
        assert words in page


def test_a_definition_shows_its_forms_tables_and_calls(trial: Trial, client: FlaskClient) -> None:
    page = client.get("/analyst/processes/trial_review").text
    assert "forms/trial_review.form" in page
    assert "field_decision" in page
    assert "trial_limits.dmn" in page
    assert "/analyst/processes/trial_payment" in page


def test_versions_are_kept_and_counted(trial: Trial, client: FlaskClient) -> None:
    trial.start("C1")
    with trial.tuidan.transaction() as session:
        trial.tuidan.engine.deploy(session, trial_bundle(hours=72), actor=REVIEWER, note="72 hours")
    with trial.tuidan.transaction() as session:
        newest, oldest = versions_of(session, "trial_review")
    assert (newest.version, newest.released, newest.running, newest.note) == (2, True, 0, "72 hours")
    assert (oldest.version, oldest.released, oldest.running) == (1, False, 1)
    assert (
        f"/analyst/deployments/{oldest.deployment_id}/"
        in client.get("/analyst/processes/trial_review?version=1").text
    )
    assert (
        f"/analyst/deployments/{newest.deployment_id}/" in client.get("/analyst/processes/trial_review").text
    )


def test_files_are_given_as_they_were_deployed(trial: Trial, client: FlaskClient) -> None:
    with trial.tuidan.transaction() as session:
        row = versions_of(session, "trial_review")[0]
    address = f"/analyst/deployments/{row.deployment_id}/files"
    shown = client.get(f"{address}/trial_review.bpmn")
    assert shown.text == review_process()
    assert "attachment" not in shown.headers.get("Content-Disposition", "")
    saved = client.get(f"{address}/forms/trial_review.form?download")
    assert saved.headers["Content-Disposition"] == "attachment; filename=trial_review.form"
    assert client.get(f"{address}/nonsense.bpmn").status_code == 404
    assert client.get(f"/analyst/deployments/{uuid.uuid4()}/files/trial_review.bpmn").status_code == 404
    assert client.get("/analyst/processes/nonsense").status_code == 404
    assert client.get("/analyst/processes/nonsense/model").status_code == 404


def test_the_files_in_force_are_those_of_the_latest_release(trial: Trial) -> None:
    with trial.tuidan.transaction() as session:
        trial.tuidan.engine.deploy(session, trial_bundle(hours=72), actor=REVIEWER)
        assert files_in_force(session) == trial_bundle(hours=72)


def test_others_have_no_business_here(trial: Trial) -> None:
    for role in (Role.BUYER, Role.OPERATOR):
        assert trial.client(role).get("/analyst/").status_code == 403
        assert trial.client(role).post("/analyst/deploy").status_code == 403
