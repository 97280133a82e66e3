"""Messages and signals between instances: each receiver is a step of its own, and none is lost."""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Callable

import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.suspend import resume_instance, suspend_instance
from engine.failures import LostRace
from engine.incidents import retry_incident
from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    script,
    sent,
    signal,
    signal_definition,
    start,
    to_key,
    user,
)
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import begin, complete, count, deploy, instance_of, task_of

SIGNAL = signal("alarm", payload="{'level': 3}", variable="alarm")
THROWER = diagram(
    "thrower",
    start(),
    user("go", "'shop:1'"),
    element("intermediateThrowEvent", "throw", signal_definition("alarm")),
    element("intermediateThrowEvent", "tell", to_key("to") + sent("ping", "{'text': 'hi'}")),
    end(),
    flows("start", "go", "throw", "tell", "end"),
    more=SIGNAL + message("ping"),
)
CATCHER = diagram(
    "catcher",
    start(),
    user("work", "'shop:1'"),
    boundary("noted", "work", signal_definition("alarm"), interrupting=False),
    script("count", "n = n + alarm['level']"),
    user("look", "'shop:1'"),
    end("end_noted"),
    end(),
    flows("start", "work", "end"),
    flows("noted", "count", "look", "end_noted"),
    more=SIGNAL,
)
HEARER = diagram(
    "hearer",
    start(),
    user("pause", "'shop:1'"),
    element("receiveTask", "hear", messageRef="message_ping"),
    user("after", "'shop:1'"),
    end(),
    flows("start", "pause", "hear", "after", "end"),
    more=message("ping"),
)


def tasks_of(engine: Engine, instance_id: uuid.UUID) -> list[str]:
    with engine.transaction() as session:
        found = sa.select(tables.UserTask.element_id).where(tables.UserTask.instance_id == instance_id)
        return sorted(session.scalars(found))


def test_a_signal_reaches_every_instance_that_waits_once(engine: Engine, work: Callable[[], int]) -> None:
    deploy(engine, THROWER, CATCHER)
    waiting = [begin(engine, "catcher", key=f"K{n}", n=0) for n in range(45)]
    thrower = begin(engine, "thrower", to="K")
    complete(engine, task_of(engine, thrower).id)
    assert instance_of(engine, thrower).status == "completed"
    assert count(engine, tables.SignalDelivery) == 45
    late = begin(engine, "catcher", key="late", n=0)
    for instance_id in waiting[:3]:  # a job that comes twice does nothing the second time
        engine.deliver_signals(instance_id)
    work()
    assert all(tasks_of(engine, instance_id) == ["look", "work"] for instance_id in waiting)
    assert tasks_of(engine, late) == ["work"]
    assert count(engine, tables.SignalDelivery) == 0
    with engine.transaction() as session:
        assert engine.broadcast(session, "alarm", payload={"level": 4}, actor=SELLER) == 46
    work()
    assert tasks_of(engine, waiting[0]) == ["look", "look", "work"]
    assert count(engine, tables.EventSubscription) == 46
    with engine.transaction() as session:
        engine.cancel_instance(session, late, reason="enough", actor=SELLER)
    assert count(engine, tables.EventSubscription) == 45


def test_a_signal_waits_for_a_suspended_instance(engine: Engine, work: Callable[[], int]) -> None:
    deploy(engine, CATCHER)
    instance_id = begin(engine, "catcher", n=0)
    with engine.transaction() as session:
        suspend_instance(engine, session, instance_id, reason="look", actor=SELLER)
    with engine.transaction() as session:
        engine.broadcast(session, "alarm", payload={"level": 1}, actor=SELLER)
    work()
    assert tasks_of(engine, instance_id) == ["work"]
    with engine.transaction() as session:
        resume_instance(engine, session, instance_id, reason="go", actor=SELLER)
    work()
    assert tasks_of(engine, instance_id) == ["look", "work"]


def test_a_step_that_a_signal_makes_fail_is_an_incident_and_the_signal_is_kept(
    engine: Engine, work: Callable[[], int]
) -> None:
    deploy(engine, CATCHER)
    instance_id = begin(engine, "catcher", n=0)
    with engine.transaction() as session:
        engine.broadcast(session, "alarm", payload={}, actor=SELLER)
    work()
    with engine.transaction() as session:
        incident = session.scalars(sa.select(tables.Incident)).one()
        assert incident.element_id == "count"
        session.execute(sa.update(tables.SignalDelivery).values(payload={"level": 2}))
    with engine.transaction() as session:
        retry_incident(engine, session, incident.id, actor=SELLER)
    work()
    assert tasks_of(engine, instance_id) == ["look", "work"]


def test_a_message_is_kept_until_somebody_with_its_key_waits_for_it(
    engine: Engine, work: Callable[[], int]
) -> None:
    deploy(engine, THROWER, HEARER)
    thrower = begin(engine, "thrower", to="K2")
    complete(engine, task_of(engine, thrower).id)
    work()
    assert count(engine, tables.SentMessage) == 1
    other, hearer = begin(engine, "hearer", key="K3"), begin(engine, "hearer", key="K2")
    for instance_id in (other, hearer):
        complete(engine, task_of(engine, instance_id).id)
    assert tasks_of(engine, hearer) == []
    work()
    assert tasks_of(engine, hearer) == ["after"]
    assert count(engine, tables.MessageSubscription) == 1
    assert count(engine, tables.SentMessage) == 0


def test_a_message_waits_for_a_suspended_receiver(engine: Engine, work: Callable[[], int]) -> None:
    deploy(engine, THROWER, HEARER)
    hearer = begin(engine, "hearer", key="K2")
    complete(engine, task_of(engine, hearer).id)
    with engine.transaction() as session:
        suspend_instance(engine, session, hearer, reason="look", actor=SELLER)
    thrower = begin(engine, "thrower", to="K2")
    complete(engine, task_of(engine, thrower).id)
    work()
    assert count(engine, tables.SentMessage) == 1
    with engine.transaction() as session:
        resume_instance(engine, session, hearer, reason="go", actor=SELLER)
    work()
    assert tasks_of(engine, hearer) == ["after"]


def test_sender_and_receiver_at_once_find_each_other(engine: Engine, work: Callable[[], int]) -> None:
    deploy(engine, THROWER, HEARER)
    for number in range(5):
        key = f"R{number}"
        hearer, thrower = begin(engine, "hearer", key=key), begin(engine, "thrower", key="T", to=key)
        hears, goes = task_of(engine, hearer).id, task_of(engine, thrower).id
        together = threading.Barrier(2)

        def receive(task: uuid.UUID = hears, together: threading.Barrier = together) -> None:
            with engine.transaction() as session:
                engine.complete_task(session, task, values={}, actor=SELLER)
                together.wait(5)  # the subscription is written, and not yet committed

        def send(task: uuid.UUID = goes, together: threading.Barrier = together, key: str = key) -> None:
            complete(engine, task)
            looking = threading.Thread(target=_deliver, args=(engine, key))
            looking.start()
            together.wait(5)
            looking.join(10)

        pair = [threading.Thread(target=receive), threading.Thread(target=send)]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join(10)
        work()
        assert tasks_of(engine, hearer) == ["after"]


def _deliver(engine: Engine, key: str) -> None:
    for _ in range(20):
        with contextlib.suppress(LostRace):  # a worker tries again
            engine.deliver_messages("ping", key)
            break


def test_an_event_that_leaves_its_activity_alone_takes_each_message(
    engine: Engine, work: Callable[[], int]
) -> None:
    listening = diagram(
        "listening",
        start(),
        user("work", "'shop:1'"),
        boundary("heard", "work", message_definition("ping", "note"), interrupting=False),
        end("end_heard"),
        end(),
        flows("start", "work", "end"),
        flows("heard", "end_heard"),
        more=message("ping"),
    )
    deploy(engine, THROWER, listening)
    instance_id = begin(engine, "listening", key="K2")
    for _ in range(3):
        complete(engine, task_of(engine, begin(engine, "thrower", to="K2")).id)
    work()
    assert count(engine, tables.SentMessage) == 0
    with engine.transaction() as session:
        heard = session.scalars(
            sa.select(tables.HistoryEvent.id).where(
                tables.HistoryEvent.instance_id == instance_id,
                tables.HistoryEvent.kind == "completed",
                tables.HistoryEvent.element_id == "heard",
            )
        ).all()
    assert len(heard) == 3
