"""Starts by messages and signals follow the released version, and each happens once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.release import release_version
from engine.commands.restart import restart_instance
from engine.commands.send import send_message
from engine.commands.suspend import resume_version, suspend_version
from engine.failures import NoPlainStart, VersionSuspended
from engine.start_triggers import MessageStartsOther
from tests.diagrams import (
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    sent,
    signal,
    signal_definition,
    start,
    to_key,
    user,
)
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import begin, count, deploy
from tests.integration.engine.test_migrating import versions

MORE = message("order") + signal("alarm")


def started_by(*, version: int, process_id: str = "ordering") -> str:
    return diagram(
        process_id,
        element("startEvent", "by_message", message_definition("order", "order")),
        element("startEvent", "by_signal", signal_definition("alarm")) if version == 1 else "",
        user(f"work_{version}", "'shop:1'"),
        end(),
        flows("by_message", f"work_{version}", "end"),
        flows("by_signal", f"work_{version}") if version == 1 else "",
        more=MORE,
    )


def tasks(engine: Engine) -> list[tuple[str, str]]:
    with engine.transaction() as session:
        rows = session.execute(sa.select(tables.UserTask.element_id, tables.UserTask.business_key))
        return sorted((element_id, key) for element_id, key in rows.all())


def send(engine: Engine, key: str) -> bool:
    with engine.transaction() as session:
        return engine.correlate(session, "order", business_key=key, payload={"n": 1}, actor=SELLER) == 1


def released(engine: Engine) -> list[tables.ProcessDefinition]:
    with engine.transaction() as session:
        return list(
            session.scalars(sa.select(tables.ProcessDefinition).order_by(tables.ProcessDefinition.version))
        )


def test_a_message_starts_the_released_version(engine: Engine) -> None:
    deploy(engine, started_by(version=1))
    assert send(engine, "K1")
    deploy(engine, started_by(version=2))
    assert send(engine, "K2")
    with engine.transaction() as session:
        release_version(engine, session, released(engine)[0].id, reason="back", actor=SELLER)
    assert send(engine, "K3")
    assert tasks(engine) == [("work_1", "K1"), ("work_1", "K3"), ("work_2", "K2")]
    with pytest.raises(NoPlainStart):
        begin(engine, "ordering", key="K4")
    with engine.transaction() as session:
        assert (
            send_message(
                engine, session, "order", business_key="K5", payload={"n": 1}, reason="lost", actor=SELLER
            )
            == 1
        )


def test_what_a_message_started_begins_again_where_it_is_told_to(engine: Engine) -> None:
    deploy(engine, started_by(version=2))
    assert send(engine, "K1")
    with engine.transaction() as session:
        old = session.scalars(sa.select(tables.ProcessInstance.id)).one()
        engine.cancel_instance(session, old, reason="over", actor=SELLER)
    with engine.transaction() as session:
        target = ("ordering", "work_2")
        restart_instance(engine, session, old, target, variables={}, reason="back", actor=SELLER)
    assert tasks(engine) == [("work_2", "K1")]


def test_a_suspended_version_starts_when_it_is_resumed(engine: Engine, work: Callable[[], int]) -> None:
    thrower = diagram(
        "thrower",
        start(),
        element("intermediateThrowEvent", "tell", to_key("to") + sent("order")),
        end(),
        flows("start", "tell", "end"),
        more=MORE,
    )
    deploy(engine, started_by(version=1))
    deploy(engine, thrower)
    definition_id = released(engine)[0].id
    with engine.transaction() as session:
        suspend_version(engine, session, definition_id, reason="look", actor=SELLER)
    with pytest.raises(VersionSuspended):
        send(engine, "K1")
    begin(engine, "thrower", to="K2")
    with engine.transaction() as session:
        assert engine.broadcast(session, "alarm", business_key="K3", actor=SELLER) == 1
    work()
    assert tasks(engine) == []
    with engine.transaction() as session:
        resume_version(engine, session, definition_id, reason="go", actor=SELLER)
    work()
    assert tasks(engine) == [("work_1", "K2"), ("work_1", "K3")]
    assert [count(engine, t) for t in (tables.SentMessage, tables.SignalDelivery)] == [0, 0]


def test_a_signal_starts_one_instance_however_often_its_job_comes(
    engine: Engine, work: Callable[[], int]
) -> None:
    deploy(engine, started_by(version=1))
    with engine.transaction() as session:
        engine.broadcast(session, "alarm", business_key="K1", actor=SELLER)
    with engine.transaction() as session:
        instance_id = session.scalars(sa.select(tables.SignalDelivery.instance_id)).one()
    engine.deliver_signals(instance_id)
    engine.deliver_signals(instance_id)
    work()
    assert tasks(engine) == [("work_1", "K1")]


def test_a_signal_that_waits_for_a_suspended_version_starts_the_one_that_is_released_next(
    engine: Engine, work: Callable[[], int]
) -> None:
    deploy(engine, started_by(version=2))
    deploy(engine, started_by(version=1))
    first, second = versions(engine, "ordering")
    with engine.transaction() as session:
        suspend_version(engine, session, second, reason="look", actor=SELLER)
        engine.broadcast(session, "alarm", business_key="K1", actor=SELLER)
    work()
    assert (tasks(engine), count(engine, tables.SignalDelivery)) == ([], 1)
    deploy(engine, started_by(version=1).replace("work_1", "work_3"))
    work()
    assert tasks(engine) == [("work_3", "K1")]
    with engine.transaction() as session:
        release_version(engine, session, second, reason="back", actor=SELLER)
        engine.broadcast(session, "alarm", business_key="K2", actor=SELLER)
    work()
    with engine.transaction() as session:
        release_version(engine, session, first, reason="back", actor=SELLER)
    work()
    assert count(engine, tables.SignalDelivery) == 0, "the one in force doesn't wait for it"
    assert tasks(engine) == [("work_3", "K1")]


def test_a_message_starts_one_process_only(engine: Engine) -> None:
    deploy(engine, started_by(version=1))
    with pytest.raises(MessageStartsOther):
        deploy(engine, started_by(version=1, process_id="other"))
