"""A state that this release can't read: whoever asks is told, and an operator finds one incident."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.clock import FixedClock
from engine.commands.cancel import cancel_instance
from engine.commands.restart import restart_instance
from engine.erasing import Scrubber, erase_words
from engine.failures import InstanceSuspended, InstanceUnreadable, TaskEnded
from engine.incidents import retry_incident
from engine.inspecting import StateNotStored, inspect_state, stored_state
from engine.operations import OperationContext, OperationRegistry
from engine.waking import wake
from engine.worker import run
from tests.diagrams import (
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    sent,
    service,
    signal,
    signal_definition,
    start,
    timer,
    user,
)
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import (
    REVIEW,
    begin,
    complete,
    count,
    deploy,
    instance_of,
    kinds,
    task_of,
)
from tests.integration.engine.test_suspending import resume, suspend


def damage(engine: Engine, instance_id: uuid.UUID, state: bytes) -> bytes:
    """Replace the saved state, and return what was there."""
    with engine.transaction() as session:
        execution = session.get_one(tables.Execution, instance_id)
        before, execution.state = execution.state, state
        return before


def open_incidents(engine: Engine) -> list[tables.Incident]:
    with engine.transaction() as session:
        query = sa.select(tables.Incident).where(tables.Incident.resolved_at.is_(None))
        return list(session.scalars(query.order_by(tables.Incident.id)))


UNREADABLE = [b'{"format": 99}', b'{"format": 1, "process": "gone"}', b"\x00"]
BUSY = diagram(
    "busy",
    start(),
    element("parallelGateway", "split"),
    service("pay", "test.pay", result="paid"),
    user("ask", "'shop:' + shop"),
    element("intermediateCatchEvent", "hour", timer("'PT1H'")),
    element("intermediateCatchEvent", "ring", signal_definition("bell")),
    element("intermediateCatchEvent", "told", message_definition("go")),
    element("parallelGateway", "join"),
    end(),
    *(flows("start", "split"), flows("join", "end")),
    *(flows("split", name, "join") for name in ("pay", "ask", "hour", "ring", "told")),
    more=signal("bell") + message("go"),
)
SENDER = diagram(
    "sender", start(), element("endEvent", "tell", sent("go")), flows("start", "tell"), more=message("go")
)


def retry(engine: Engine, incident_id: uuid.UUID) -> None:
    with engine.transaction() as session:
        retry_incident(engine, session, incident_id, actor=SELLER, reason="the release is back")


@pytest.mark.parametrize("state", UNREADABLE)
def test_a_person_is_told_and_the_incident_does_the_command_again(engine: Engine, state: bytes) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    task = task_of(engine, instance_id)
    good = damage(engine, instance_id, state)
    for _ in range(2):
        with pytest.raises(InstanceUnreadable):
            complete(engine, task.id, decision="agree")
    (incident,) = open_incidents(engine)
    assert (incident.count, incident.instance_id, incident.kind) == (2, instance_id, "unreadable")
    assert "StateUnreadable" in incident.message
    with engine.transaction() as session:
        shown = inspect_state(engine, session, instance_id)
    assert (shown.readable, shown.variables) == (False, {})
    with pytest.raises(InstanceUnreadable):
        retry(engine, incident.id)
    damage(engine, instance_id, good)
    retry(engine, incident.id)
    assert instance_of(engine, instance_id).status == "completed"
    assert open_incidents(engine) == []


def test_whoever_meets_it_and_how_often_it_is_one_incident_and_all_is_done_once_afterwards(
    engine: Engine, registry: OperationRegistry, clock: FixedClock, work: Callable[[], int]
) -> None:
    calls: list[str] = []

    @registry.operation("test.pay", external=True)
    def pay(ctx: OperationContext) -> dict[str, object]:
        calls.append(ctx.idempotency_key)
        return {}

    deploy(engine, BUSY, SENDER)
    instance_id = begin(engine, "busy")
    task = task_of(engine, instance_id)
    good = damage(engine, instance_id, b'{"format": 99}')
    with engine.transaction() as session:
        engine.broadcast(session, "bell", actor=SELLER)
    begin(engine, "sender", key="K1")
    clock.advance(dt.timedelta(hours=2))
    for _ in range(3):
        with pytest.raises(InstanceUnreadable):
            complete(engine, task.id)
        with pytest.raises(InstanceUnreadable), engine.transaction() as session:
            engine.task_variables(session, task)
        with pytest.raises(InstanceUnreadable), engine.transaction() as session:
            wake(engine, session, instance_id)
        work()
    (incident,) = open_incidents(engine)
    assert (incident.kind, incident.command["do"], len(calls)) == ("unreadable", "load", 1)
    assert {command["do"] for command in incident.command["owed"].values()} == {
        "call_service",
        "complete_task",
        "deliver_messages",
        "deliver_signals",
        "fire_timer",
        "wake",
    }
    work()
    damage(engine, instance_id, good)
    retry(engine, incident.id)
    work()
    assert (instance_of(engine, instance_id).status, open_incidents(engine)) == ("completed", [])
    happened = kinds(engine, instance_id)
    assert [happened.count(kind) for kind in ("submitted", "result", "timer", "message", "signal")] == [1] * 5
    assert len(calls) == 1, "what had been answered isn't asked for again"


def test_a_worker_that_meets_it_lives_on(engine: Engine, database_url: str, clock: FixedClock) -> None:
    deploy(engine, REVIEW)
    broken, whole = begin(engine, key="K1"), begin(engine, key="K2")
    damage(engine, broken, b"\x00")
    clock.advance(dt.timedelta(hours=49))
    stop = threading.Event()
    failure: list[BaseException] = []

    def work() -> None:
        try:
            run(engine, database_url, concurrency=2, stop=stop)
        except BaseException as error:  # noqa: BLE001 - whatever ended it
            failure.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until and instance_of(engine, whole).status == "running":
            time.sleep(0.05)
        assert instance_of(engine, whole).status == "completed"
        assert worker.is_alive()
    finally:
        stop.set()
        worker.join(30)
    assert failure == []
    (incident,) = open_incidents(engine)
    assert (incident.instance_id, incident.count) == (broken, 2), "two timers have met it"


def test_what_is_overtaken_meanwhile_is_said_and_a_suspended_instance_loses_nothing(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    task = task_of(engine, instance_id)
    good = damage(engine, instance_id, b"{}")
    clock.advance(dt.timedelta(hours=49))
    work()
    clock.advance(dt.timedelta(seconds=1))
    with pytest.raises(InstanceUnreadable):
        complete(engine, task.id, decision="agree")
    damage(engine, instance_id, good)
    (incident,) = open_incidents(engine)
    suspend(engine, instance_id)
    with pytest.raises(InstanceSuspended):
        retry(engine, incident.id)
    assert [found.id for found in open_incidents(engine)] == [incident.id]
    resume(engine, instance_id)
    retry(engine, incident.id)
    assert (instance_of(engine, instance_id).variables or {})["outcome"] == "timeout"
    with engine.transaction() as session:
        history = tables.HistoryEvent
        noted = session.scalars(sa.select(history.data).where(history.kind == "incident_retried")).one()
    assert list((noted or {})["refused"].values()) == ["task.ended"]
    assert open_incidents(engine) == []


def test_an_instance_that_stays_unreadable_is_cancelled_and_its_late_comers_are_told(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    task = task_of(engine, instance_id)
    damage(engine, instance_id, b"{}")
    clock.advance(dt.timedelta(hours=25))
    work()
    with engine.transaction() as session:
        cancel_instance(engine, session, instance_id, reason="lost", actor=SELLER)
    assert (instance_of(engine, instance_id).status, open_incidents(engine)) == ("cancelled", [])
    with engine.transaction() as session:
        assert stored_state(session, instance_id) == b"{}"
        seen = inspect_state(engine, session, instance_id)
        assert (seen.readable, seen.variables) == (False, {})
    waiting = (tables.Execution, tables.UserTask, tables.Timer, tables.MessageSubscription)
    assert [count(engine, table) for table in waiting] == [0, 0, 0, 0]
    with pytest.raises(TaskEnded) as late:
        complete(engine, task.id, decision="agree")
    assert late.value.params["by"] == SELLER.name
    with engine.transaction() as session:
        place = ("review", "decide")
        again = restart_instance(
            engine, session, instance_id, place, variables={"shop": "1"}, reason="anew", actor=SELLER
        )
    complete(engine, task_of(engine, again).id, decision="agree")
    assert instance_of(engine, again).status == "completed"
    with engine.transaction() as session:
        with pytest.raises(StateNotStored):
            stored_state(session, again)
        assert inspect_state(engine, session, again).readable
        nothing = Scrubber(words=(), fields=(), mark="")
        assert erase_words(session, instance_of(engine, instance_id).business_key, nothing) == 1
        with pytest.raises(StateNotStored):
            stored_state(session, instance_id)
