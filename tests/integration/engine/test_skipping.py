"""Skipping what failed with a given result: external calls, and operations inside a step."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.skip import CallGone, NotSkippable, ResultInvalid, skip_failed, skippable
from engine.commands.suspend import resume_instance
from engine.commands.variables import VariableInvalid
from engine.failures import IncidentNotFound, StepFailed
from engine.operations import OperationContext, OperationRegistry, Unrecoverable
from tests.diagrams import diagram, element, end, flow, flows, script, service, start, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.test_steps import begin, complete, count, deploy, instance_of, task_of
from tests.integration.engine.test_suspending import CALL, kinds, suspend
from tests.integration.engine.test_unreadable import open_incidents

ROUNDS = diagram(
    "rounds",
    start(),
    user("ask", "'shop:' + shop"),
    script("begin", "n = 0\nseen = []"),
    element("exclusiveGateway", "again"),
    service("add", "test.add", result="added", n="n"),
    script("count", "n = n + 1\nseen = seen + [added['v']]"),
    element("exclusiveGateway", "more", default="more-end"),
    end(),
    flows("start", "ask", "begin", "again", "add", "count", "more", "end"),
    flow("more", "again", "n < 3"),
)


def skip(engine: Engine, incident_id: uuid.UUID, result: Any) -> None:
    with engine.transaction() as session:
        skip_failed(engine, session, incident_id, result=result, reason="线下已办", actor=SELLER)


@pytest.fixture
def calls(engine: Engine, registry: OperationRegistry) -> list[object]:
    """Deploys an external call that fails for good, and one inside a step that fails in its second round."""
    made: list[object] = []

    @registry.operation("test.pay", external=True)
    def pay(_ctx: OperationContext) -> dict[str, object]:
        made.append("pay")
        raise Unrecoverable("the account is closed")

    @registry.operation("test.add")
    def add(_ctx: OperationContext, *, n: int) -> dict[str, object]:
        made.append(n)
        if n == 1:
            raise RuntimeError("the shelf is locked")
        return {"v": n}

    deploy(engine, CALL, ROUNDS)
    return made


def test_a_call_that_failed_for_good_gets_its_result_by_hand(
    engine: Engine, work: Callable[[], int], calls: list[object]
) -> None:
    instance_id = begin(engine, "calling")
    work()
    (incident,) = open_incidents(engine)
    with engine.transaction() as session:
        found = skippable(engine, session, incident)
    assert found is not None
    assert (found.element_id, found.variable) == ("pay", "paid")
    for wrong in ("yes", [1], None):
        with pytest.raises(ResultInvalid):
            skip(engine, incident.id, wrong)
    with pytest.raises(VariableInvalid):
        skip(engine, incident.id, {"x": float("nan")})
    skip(engine, incident.id, {"by": "hand"})
    record = instance_of(engine, instance_id)
    assert (record.status, (record.variables or {})["paid"]) == ("completed", {"by": "hand"})
    assert calls == ["pay"]
    assert (open_incidents(engine), count(engine, tables.ServiceJob)) == ([], 0)
    with engine.transaction() as session:
        history = tables.HistoryEvent
        event = session.scalars(sa.select(history).where(history.kind == "step_skipped")).one()
    assert event.actor_name == "李店长"
    assert {k: (event.data or {})[k] for k in ("reason", "variable", "result")} == {
        "reason": "线下已办",
        "variable": "paid",
        "result": {"by": "hand"},
    }
    with pytest.raises(IncidentNotFound):
        skip(engine, incident.id, {})


def test_only_the_call_that_failed_is_replaced(engine: Engine, calls: list[object]) -> None:
    instance_id = begin(engine, "rounds")
    with pytest.raises(StepFailed):
        complete(engine, task_of(engine, instance_id).id)
    (incident,) = open_incidents(engine)
    assert incident.command["call"] == {"element_id": "add", "number": 1}
    calls.clear()
    skip(engine, incident.id, {"v": 99})
    assert (instance_of(engine, instance_id).variables or {})["seen"] == [0, 99, 2]
    assert calls == [0, 2]
    assert open_incidents(engine) == []


def test_in_a_suspended_instance_the_result_waits(
    engine: Engine, work: Callable[[], int], calls: list[object]
) -> None:
    instance_id = begin(engine, "calling")
    work()
    (incident,) = open_incidents(engine)
    suspend(engine, instance_id)
    skip(engine, incident.id, {"by": "hand"})
    assert instance_of(engine, instance_id).status == "running"
    with engine.transaction() as session:
        resume_instance(engine, session, instance_id, reason="ok", actor=SELLER)
    work()
    assert (instance_of(engine, instance_id).variables or {})["paid"] == {"by": "hand"}
    assert calls == ["pay"]


def test_what_is_no_operation_or_is_gone_is_refused(
    engine: Engine, work: Callable[[], int], calls: list[object]
) -> None:
    elements = (start(), user("ask", "'shop:' + shop"), script("s", "x = 1 / zero"), end())
    broken = diagram("broken", *elements, flows("start", "ask", "s", "end"))
    deploy(engine, broken)
    instance_id = begin(engine, "broken", zero=0)
    with pytest.raises(StepFailed):
        complete(engine, task_of(engine, instance_id).id)
    (incident,) = open_incidents(engine)
    with pytest.raises(NotSkippable):
        skip(engine, incident.id, {})
    with engine.transaction() as session:
        assert skippable(engine, session, incident) is None
        engine.cancel_instance(session, instance_id, reason="over", actor=SELLER)
    called = begin(engine, "calling", key="K2")
    work()
    with engine.transaction() as session:
        engine.cancel_instance(session, called, reason="over", actor=SELLER)
    with pytest.raises(CallGone):
        skip(engine, open_incidents(engine)[-1].id, {})
    assert "step_skipped" not in kinds(engine, called)
