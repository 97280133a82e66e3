"""Skipping what failed with a given result: external calls, and operations inside a step."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.answers import InstantInvalid, OneWayOnly, ResultInvalid, WaysMissing, WayUnknown
from engine.commands.cancel import cancel_instance
from engine.commands.modify import modify_instance
from engine.commands.restart import restart_instance
from engine.commands.skip import (
    CallGone,
    LookedAtAgain,
    NothingFailed,
    preview_skip,
    skip_failed,
    skippable,
)
from engine.commands.suspend import resume_instance
from engine.commands.variables import VariableInvalid, edit_variables
from engine.errors import TuidanError
from engine.failures import IncidentNotFound, InstanceSuspended, StepFailed
from engine.incidents import retry_incident
from engine.inspecting import inspect_tokens
from engine.operations import OperationContext, OperationRegistry, Unrecoverable
from engine.spiff.modifying import TokenChange
from tests.diagrams import (
    boundary,
    condition,
    diagram,
    element,
    end,
    flow,
    flows,
    message,
    message_definition,
    script,
    sent,
    service,
    start,
    timer,
    user,
)
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import begin, complete, count, deploy, instance_of, kinds, task_of
from tests.integration.engine.test_suspending import CALL, suspend
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


def skip(engine: Engine, incident_id: uuid.UUID, given: Any) -> None:
    with engine.transaction() as session:
        skip_failed(engine, session, incident_id, given=given, reason="线下已办", actor=SELLER)


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
    assert incident.command["failed"] == {
        "scope": "rounds",
        "spec": "add",
        "phase": "run",
        "number": 1,
        "key": None,
    }
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


def test_a_script_a_gateway_and_a_timer_are_skipped_with_what_they_would_have_given(engine: Engine) -> None:
    late = boundary("late", "last", timer("1 + 1"))
    elements = (start(), user("ask", "'shop:' + shop"), script("s", "x = 1 / zero"), end(), end("other"))
    gateway = element("exclusiveGateway", "which", default="which-other")
    ways = (flow("which", "last", "1 / zero > 1"), flow("which", "other"), flows("late", "other"))
    path = flows("start", "ask", "s", "which"), flows("last", "end")
    last = user("last", "'shop:' + shop")
    deploy(engine, diagram("broken", *elements, gateway, last, late, *path, *ways))
    instance_id = begin(engine, "broken", zero=0)
    with pytest.raises(StepFailed):
        complete(engine, task_of(engine, instance_id).id)
    (incident,) = open_incidents(engine)
    assert incident.element_id == "s"
    with pytest.raises(VariableInvalid):
        skip(engine, incident.id, {"1x": 1})
    with pytest.raises(StepFailed):
        skip(engine, incident.id, {"x": 1})
    (incident,) = open_incidents(engine)
    assert (incident.element_id, incident.count) == ("which", 2)
    wrongs: list[tuple[Any, type[TuidanError]]] = [
        ([], WaysMissing),
        ({"way": "last"}, WaysMissing),
        (["last", "other"], OneWayOnly),
        (["end"], WayUnknown),
    ]
    for wrong, refusal in wrongs:
        with pytest.raises(refusal):
            skip(engine, incident.id, wrong)
    with engine.transaction() as session:
        asked = skippable(engine, session, incident).question
    assert (asked.kind, asked.several) == ("ways", False)
    with pytest.raises(StepFailed):
        skip(engine, incident.id, ["last"])
    (incident,) = open_incidents(engine)
    assert incident.element_id == "late"
    for no_instant in ("soon", "2026-01-01T00:00:00", 5):
        with pytest.raises(InstantInvalid):
            skip(engine, incident.id, no_instant)
    due = "2030-01-01T08:00:00+08:00"
    outcome = preview_skip(engine, incident.id, given=due, actor=SELLER)
    assert outcome is not None
    assert {waiting.name for waiting in outcome.come} == {"last", "late"}
    assert task_of(engine, instance_id).element_id == "ask"
    skip(engine, incident.id, due)
    assert (task_of(engine, instance_id).element_id, open_incidents(engine)) == ("last", [])
    with engine.transaction() as session:
        assert session.scalars(sa.select(tables.Timer.due_at)).one() == dt.datetime.fromisoformat(due)
        history = tables.HistoryEvent
        data = session.scalars(sa.select(history.data).where(history.kind == "step_skipped")).one() or {}
    assert (data["asked"], data["result"]) == ("instant", due)
    assert [given["value"] for given in data["before"]] == [{"x": 1}, ["which-last"]]


def test_what_cannot_be_skipped_says_why(
    engine: Engine, work: Callable[[], int], calls: list[object]
) -> None:
    watched = boundary("watch", "last", condition("1 / zero > 1"))
    elements = (start(), user("ask", "'shop:' + shop"), user("last", "'shop:' + shop"), watched, end())
    deploy(engine, diagram("watched", *elements, flows("start", "ask", "last", "end"), flows("watch", "end")))
    instance_id = begin(engine, "watched", zero=0)
    with pytest.raises(StepFailed):
        complete(engine, task_of(engine, instance_id).id)
    (incident,) = open_incidents(engine)
    with pytest.raises(LookedAtAgain):
        skip(engine, incident.id, {})
    with engine.transaction() as session:
        assert isinstance(skippable(engine, session, incident).refusal, LookedAtAgain)
        engine.cancel_instance(session, instance_id, reason="over", actor=SELLER)
    called = begin(engine, "calling", key="K2")
    work()
    with engine.transaction() as session:
        engine.cancel_instance(session, called, reason="over", actor=SELLER)
    with pytest.raises(CallGone):
        skip(engine, open_incidents(engine)[-1].id, {})
    assert "step_skipped" not in kinds(engine, called)


def test_a_delivery_is_skipped_at_once_and_a_way_that_is_not_taken_any_more_is_told(
    engine: Engine, work: Callable[[], int]
) -> None:
    wait = element("intermediateCatchEvent", "wait", message_definition("go"))
    text = diagram(
        "p",
        *(start(), user("ask", "'shop:' + shop"), end(), wait, script("s", "x = 1 / zero"), end("e")),
        *(element("parallelGateway", "split"), flows("start", "split", "ask", "end")),
        flows("split", "wait", "s", "e"),
        more=message("go"),
    )
    send = element("endEvent", "tell", sent("go"))
    deploy(engine, text, diagram("sender", start(), send, flows("start", "tell"), more=message("go")))
    instance_id = begin(engine, "p", zero=0)
    begin(engine, "sender")
    work()
    (incident,) = open_incidents(engine)
    suspend(engine, instance_id)
    with pytest.raises(InstanceSuspended):
        skip(engine, incident.id, {"x": 1})
    with engine.transaction() as session:
        resume_instance(engine, session, instance_id, reason="ok", actor=SELLER)
    skip(engine, incident.id, {"x": 1})
    assert count(engine, tables.SentMessage) == 0
    assert open_incidents(engine) == []
    complete(engine, task_of(engine, instance_id).id)
    assert (instance_of(engine, instance_id).variables or {})["x"] == 1


STUCK = diagram(
    "stuck",
    start(),
    user("ask", "'shop:' + shop"),
    element("inclusiveGateway", "split", default="split-other"),
    script("p", "n = 1"),
    script("q", "n = 2"),
    element("parallelGateway", "join"),
    user("last", "'shop:' + shop"),
    end(),
    end("other"),
    *(flows("start", "ask", "split"), flow("split", "p", "True"), flow("split", "q", "both")),
    *(flows("p", "join", "last", "end"), flows("q", "join"), flow("split", "other")),
)


@pytest.mark.parametrize("way", ["variables", "tokens", "restart"])
def test_of_a_stalled_instance_the_refusal_names_what_helps_and_it_does(engine: Engine, way: str) -> None:
    deploy(engine, STUCK)
    instance_id = begin(engine, "stuck", both=False)
    with pytest.raises(StepFailed):
        complete(engine, task_of(engine, instance_id).id)
    (incident,) = open_incidents(engine)
    assert incident.kind == "stalled"
    with pytest.raises(NothingFailed, match=r"tokens.*cancel and restart"):
        skip(engine, incident.id, {})
    with engine.transaction() as session:
        seen = inspect_tokens(engine, session, instance_id)
        (token,) = seen.tokens
        if way == "tokens":
            moved = [TokenChange(token.element_instance, ("stuck", "last"))]
            modify_instance(
                engine, session, instance_id, moved, version=seen.version, reason="stuck", actor=SELLER
            )
        elif way == "variables":
            edit_variables(
                engine,
                session,
                instance_id,
                values={"both": True},
                version=seen.version,
                reason="stuck",
                actor=SELLER,
            )
        else:
            cancel_instance(engine, session, instance_id, reason="stuck", actor=SELLER)
    if way == "variables":
        with engine.transaction() as session:
            retry_incident(engine, session, incident.id, actor=SELLER)
    elif way == "restart":
        with engine.transaction() as session:
            place = ("stuck", "last")
            instance_id = restart_instance(
                engine, session, instance_id, place, variables={"shop": "1"}, reason="stuck", actor=SELLER
            )
    assert task_of(engine, instance_id).element_id == "last"
    complete(engine, task_of(engine, instance_id).id)
    assert (instance_of(engine, instance_id).status, open_incidents(engine)) == ("completed", [])
