"""Messages, signals and starts over the HTTP API happen once for each idempotency key."""

from __future__ import annotations

import functools
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from engine.actors import SYSTEM
from engine.tables import CommandRecord, HistoryEvent, ProcessInstance, SentMessage
from tests.diagrams import diagram, element, end, flows, signal, signal_definition, start, user
from tests.integration.operator.test_operators_api import Program, code
from tests.racing import race
from tests.trials import Trial

CALL = diagram("call_back", start(), user("call", "'operator'"), end(), flows("start", "call", "end"))
ALARM = diagram(
    "alarm",
    element("startEvent", "start", signal_definition("alarm")),
    user("look", "'operator'"),
    end(),
    flows("start", "look", "end"),
    more=signal("alarm"),
)
START = {"process_id": "call_back", "business_key": "K1", "variables": {"n": 1}, "reason": "客诉"}
MESSAGE = {"name": "found", "business_key": "K1", "payload": {"n": 1}, "keep_for": "P1D", "reason": "客诉"}
SIGNAL = {"name": "alarm", "payload": {}, "reason": "演练"}


@pytest.fixture
def program(trial: Trial) -> Program:
    with trial.tuidan.transaction() as session:
        trial.tuidan.engine.deploy(session, {"c.bpmn": CALL, "a.bpmn": ALARM}, actor=SYSTEM)
    return Program(trial)


def count(trial: Trial, query: sa.Select[Any]) -> int:
    with trial.tuidan.transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


@pytest.mark.parametrize(
    ("path", "body", "status", "made"),
    [
        ("/messages", MESSAGE, 200, sa.select(SentMessage.id)),
        ("/signals", SIGNAL, 200, sa.select(CommandRecord.id)),
        ("/instances", START, 201, sa.select(ProcessInstance.id)),
    ],
)
def test_the_same_request_is_answered_alike_and_done_once(
    trial: Trial, program: Program, path: str, body: dict[str, Any], status: int, made: sa.Select[Any]
) -> None:
    first = program.post(path, body, key="k1")
    assert first.status_code == status, first.json
    again = program.post(path, dict(reversed(body.items())), key="k1")
    assert (again.status_code, again.json) == (status, first.json)
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert count(trial, made) == 1
    assert count(trial, sa.select(CommandRecord.id)) == 1
    other = program.post(path, body | {"reason": "other"}, key="k1")
    assert code(other) == (409, "api.idempotency_key_reused")
    for key in ("", " ", "k" * 201, "键"):
        assert code(program.post(path, body, key=key)) == (400, "api.idempotency_key_missing")
    assert program.post(path, body, key="k2").status_code == status
    assert count(trial, sa.select(CommandRecord.id)) == 2


def test_two_that_come_at_once_are_one(trial: Trial, program: Program) -> None:
    keys = [f"race-{number}" for number in range(4)]

    def ask(key: str) -> TestResponse:
        return program.client.application.test_client().post(
            "/api/v1/operations/instances", json=START, headers=program.headers | {"Idempotency-Key": key}
        )

    for pair in race([[functools.partial(ask, key)] * 3 for key in keys]):
        answers = [answer for answer in pair if isinstance(answer, TestResponse)]
        assert len({(answer.status_code, str(answer.json)) for answer in answers}) == 1
        assert len(answers) == 3
        assert answers[0].status_code == 201
    assert count(trial, sa.select(ProcessInstance.id)) == len(keys)


def test_what_is_refused_leaves_its_key_free(trial: Trial, program: Program) -> None:
    lost = MESSAGE | {"keep_for": ""}
    assert code(program.post("/messages", lost, key="k")) == (409, "send.nobody_waits")
    assert program.post("/messages", MESSAGE, key="k").status_code == 200
    for body, refusal in (
        (START | {"process_id": "nothing"}, (404, "process.unknown")),
        (START | {"process_id": "alarm"}, (400, "process.no_plain_start")),
        (START | {"business_key": ""}, (400, "api.body_invalid")),
        (START | {"business_key": " "}, (400, "kept.key_invalid")),
        (START | {"variables": {"a b": 1}}, (400, "variables.invalid")),
        (START | {"reason": " "}, (400, "command.reason_missing")),
    ):
        assert code(program.post("/instances", body, key="k3")) == refusal
    assert code(program.post("/signals", SIGNAL | {"name": "x"}, key="k3")) == (409, "send.nobody_waits")
    assert count(trial, sa.select(ProcessInstance.id)) == 0
    answer = program.post("/instances", START, key="k3").json or {}
    with trial.tuidan.transaction() as session:
        begun = session.get_one(ProcessInstance, uuid.UUID(answer["instance_id"]))
        assert (begun.business_key, begun.status) == ("K1", "running")
        noted = session.query(HistoryEvent).filter_by(instance_id=begun.id, kind="started_by_hand").one()
        assert (noted.actor_name, (noted.data or {})["reason"]) == ("operator one", "客诉")
