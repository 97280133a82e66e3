"""Skipping what failed and sending messages over the HTTP API, with an operator's token."""

from __future__ import annotations

import uuid
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.tables import HistoryEvent, ProcessInstance
from processes.people.accounts import find_account
from processes.people.tokens import issue_deploy_token
from tests.trials import Trial
from webapp.app import create_app


class Program:
    """A program with an operator's token, and no cookie."""

    def __init__(self, trial: Trial, login: str = "operator-1") -> None:
        self.client: FlaskClient = create_app(trial.tuidan).test_client()
        with trial.tuidan.transaction() as session:
            account = find_account(session, login)
            assert account is not None
            token = issue_deploy_token(session, account, now=trial.tuidan.clock.now())
            self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/api/v1/operations{path}", headers=self.headers)

    def post(self, path: str, body: Any, *, key: str | None = None) -> TestResponse:
        headers = self.headers | {"Idempotency-Key": uuid.uuid4().hex if key is None else key}
        return self.client.post(f"/api/v1/operations{path}", json=body, headers=headers)


def code(answer: TestResponse) -> tuple[int, str]:
    assert answer.json is not None
    return answer.status_code, answer.json["error"]["code"]


def test_a_program_reads_previews_and_skips_what_failed(trial: Trial) -> None:
    program = Program(trial)
    instance_id = trial.fail("C1")
    (listed,) = (program.get("/incidents").json or {})["incidents"]
    assert (listed["business_key"], listed["instance_id"]) == ("C1", str(instance_id))
    address = f"/incidents/{listed['id']}"
    read = program.get(address).json or {}
    assert (read["skip"]["asked"], read["skip"]["variable"]) == ("result", "payment")
    for given in ("yes", [1], None):
        assert code(program.post(f"{address}/skip/preview", {"given": given})) == (400, "skip.result_invalid")
    assert code(program.post(f"{address}/skip", {"given": {"x": "\0"}, "reason": "x"}))[0] == 400
    incomplete: list[dict[str, Any]] = [{"given": {}}, {"given": {}, "reason": ""}]
    for wrong in (*incomplete, {"given": {}, "reason": "x", "more": 1}):
        assert code(program.post(f"{address}/skip", wrong)) == (400, "api.body_invalid")
    seen = (program.post(f"{address}/skip/preview", {"given": {"paid": True}}).json or {})["follows"]
    assert seen["ends"]
    assert [entry["kind"] for entry in seen["gone"]] == ["services"]
    with trial.tuidan.transaction() as session:
        assert session.get_one(ProcessInstance, instance_id).status == "running", "a preview changes nothing"
    done = program.post(f"{address}/skip", {"given": {"paid": True}, "reason": "线下已付"})
    assert (done.status_code, (done.json or {})["resolved_at"] is None) == (200, False)
    assert code(program.post(f"{address}/skip", {"given": {}, "reason": "x"})) == (404, "incident.not_found")
    assert "skip" not in (program.get(address).json or {})
    with trial.tuidan.transaction() as session:
        record = session.get_one(ProcessInstance, instance_id)
        assert (record.status, (record.variables or {})["payment"]) == ("completed", {"paid": True})
        event = session.query(HistoryEvent).filter_by(instance_id=instance_id, kind="step_skipped").one()
        assert (event.data or {})["reason"] == "线下已付"
        assert event.actor_id != "system"
    assert (program.get("/incidents").json or {}) == {"incidents": [], "next": None}
    message = {"name": "parcel_found", "business_key": "K1", "reason": "x"}
    assert code(program.post("/messages", message)) == (409, "send.nobody_waits")
    assert code(program.post("/messages", message | {"keep_for": "soon"})) == (400, "send.keep_for_invalid")
    kept = program.post("/messages", message | {"keep_for": "PT2H", "payload": {"n": 1}})
    assert (kept.status_code, kept.json) == (200, {"taken": 0, "kept": True})


def test_only_an_operator_with_a_valid_token_may(trial: Trial) -> None:
    trial.fail("C1")
    address = f"/incidents/{trial.open_incidents()[0].id}"
    analyst, nobody = Program(trial, "analyst-1"), Program(trial)
    nobody.headers = {}
    for caller in (analyst, nobody):
        assert code(caller.get("/incidents")) == (401, "api.operator_not_authorized")
        assert code(caller.post(f"{address}/skip", {"given": {}, "reason": "x"})) == (
            401,
            "api.operator_not_authorized",
        )
    program = Program(trial)
    assert code(program.get("/incidents?after=x")) == (400, "api.query_invalid")
    assert code(program.get(f"/incidents/{uuid.uuid4()}"))[0] == 404
