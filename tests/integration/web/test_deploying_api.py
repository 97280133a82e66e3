"""Checking and deploying over the HTTP API, with an analyst's token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.queries.definitions import versions_of
from processes.people.accounts import find_account
from processes.people.errors import GetsNoToken
from processes.people.tokens import issue_deploy_token, withdraw_deploy_token
from tests.databases import DatabaseServer
from tests.drawn import trial_bundle
from tests.trials import Trial, prepared_database, trial_on
from webapp.app import create_app


@pytest.fixture(scope="module")
def trial(postgres: DatabaseServer) -> Iterator[Trial]:
    """The product with the drawn process deployed; the module's tests share it."""
    url = prepared_database(postgres)
    with trial_on(url) as composed:
        yield composed
    postgres.drop(url)


@pytest.fixture
def client(trial: Trial) -> FlaskClient:
    """A program without a cookie."""
    return create_app(trial.tuidan).test_client()


@pytest.fixture
def token(trial: Trial) -> str:
    """A token of the analyst's."""
    with trial.tuidan.transaction() as session:
        account = find_account(session, "analyst-1")
        assert account is not None
        return issue_deploy_token(session, account, now=trial.tuidan.clock.now())


def send(client: FlaskClient, what: str, token: str, body: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"}
    return client.post(f"/api/v1/definitions/{what}", json=body, headers=headers)


def test_a_file_is_checked_beside_those_in_force(client: FlaskClient, token: str) -> None:
    text = trial_bundle(hours=72)["trial_review.bpmn"]
    good = send(client, "lint", token, {"files": {"trial_review.bpmn": text}})
    assert good.status_code == 200
    assert good.json is not None
    assert good.json["errors"] == 0
    broken = text.replace('calledElement="trial_payment"', 'calledElement="nobody"')
    bad = send(client, "lint", token, {"files": {"trial_review.bpmn": broken}})
    assert bad.json is not None
    assert bad.json["errors"] == 1
    finding = bad.json["findings"][0]
    assert (finding["severity"], finding["file"]) == ("error", "trial_review.bpmn")
    assert finding["element_id"] == "call_payment"
    assert finding["line"] > 1
    assert finding["remedy"]
    assert (
        send(client, "lint", token, {"files": {"trial_review.bpmn": text}, "keep": False}).json != good.json
    )


def test_a_bundle_is_deployed_once_or_refused_whole(trial: Trial, client: FlaskClient, token: str) -> None:
    files = {"trial_review.bpmn": trial_bundle(hours=60)["trial_review.bpmn"]}
    first = send(client, "deploy", token, {"files": files, "note": "60 小时"})
    assert first.status_code == 200
    assert first.json is not None
    made = [p for p in first.json["processes"] if p["created"]]
    assert [(p["process_id"], p["version"]) for p in made] == [("trial_review", 2)]
    again = send(client, "deploy", token, {"files": files, "note": "60 小时"})
    assert again.json is not None
    assert again.json["created"] is False
    with trial.tuidan.transaction() as session:
        newest = versions_of(session, "trial_review")[0]
        account = find_account(session, "analyst-1")
    assert account is not None
    assert (newest.version, newest.note, newest.deployed_by) == (2, "60 小时", str(account.id))
    broken = {"trial_review.bpmn": "<nonsense>"}
    refused = send(client, "deploy", token, {"files": broken, "note": "x"})
    assert refused.status_code == 400
    assert refused.json is not None
    assert refused.json["error"]["code"] == "deployment.refused"
    assert refused.json["error"]["params"]["findings"]


@pytest.mark.parametrize(
    "body",
    [
        {"files": {}},
        {"files": {"../etc.bpmn": "x"}},
        {"files": {"a.exe": "x"}},
        {"files": {"a.bpmn": 3}},
        {"files": {"a.bpmn": "x"}, "more": 1},
        [],
    ],
)
def test_what_does_not_fit_is_named(client: FlaskClient, token: str, body: Any) -> None:
    answer = send(client, "lint", token, body)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"]["code"] == "api.body_invalid"


def test_only_an_analyst_with_a_valid_token_may(trial: Trial, client: FlaskClient, token: str) -> None:
    body = {"files": {"a.bpmn": "x"}, "note": "x"}
    for what in ("lint", "deploy"):
        assert client.post(f"/api/v1/definitions/{what}", json=body).status_code == 401
        assert send(client, what, "tuidan_guess", body).status_code == 401
    assert send(client, "lint", token, {"files": {"a.bpmn": "x" * 1_100_000}}).status_code == 413
    with trial.tuidan.transaction() as session:
        buyer, operator, analyst = (
            find_account(session, f"{role}-1") for role in ("buyer", "operator", "analyst")
        )
        assert buyer is not None
        assert operator is not None
        assert analyst is not None
        with pytest.raises(GetsNoToken):
            issue_deploy_token(session, buyer, now=trial.tuidan.clock.now())
        operators = issue_deploy_token(session, operator, now=trial.tuidan.clock.now())
        assert withdraw_deploy_token(session, analyst)
    assert send(client, "lint", token, body).status_code == 401
    assert send(client, "lint", operators, body).status_code == 401
