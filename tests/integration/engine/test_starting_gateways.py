"""Gateways that start a process: each event by itself, or the first message and then the others."""

from __future__ import annotations

import functools
from collections.abc import Callable

import sqlalchemy as sa

from engine import Engine, tables
from engine.clock import FixedClock
from engine.due_starts import start_due
from tests.diagrams import (
    cycle,
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    signal,
    signal_definition,
    user,
)
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import count, deploy
from tests.integration.engine.test_start_timers import HOUR
from tests.integration.engine.test_starting import tasks
from tests.racing import race, rounds

ROUNDS = 40


def gateway(kind: str, **events: str) -> str:
    """A process that begins at a gateway; a task ``do_…`` stands behind each of its events."""
    return diagram(
        "beginning",
        element("eventBasedGateway", "first", instantiate="true", eventGatewayType=kind),
        *(element("intermediateCatchEvent", name, definition) for name, definition in events.items()),
        *(user(f"do_{name}", "'shop:1'") for name in events),
        *(flows("first", name, f"do_{name}", "end") for name in events),
        end(),
        more=message("paid") + message("packed") + signal("alarm"),
    )


PARALLEL = gateway("Parallel", money=message_definition("paid"), parcel=message_definition("packed"))


def send(engine: Engine, name: str, key: str) -> int:
    with engine.transaction() as session:
        return engine.correlate(session, name, business_key=key, actor=SELLER)


def test_each_event_starts_an_instance(engine: Engine, clock: FixedClock, work: Callable[[], int]) -> None:
    text = gateway(
        "Exclusive",
        money=message_definition("paid"),
        siren=signal_definition("alarm"),
        again=signal_definition("alarm"),
        nightly=cycle('"R/PT1H"'),
    )
    deploy(engine, text)
    assert [send(engine, "paid", "K1"), send(engine, "paid", "K1")] == [1, 1]
    with engine.transaction() as session:
        assert engine.broadcast(session, "alarm", business_key="K2", actor=SELLER) == 2
    work()
    clock.advance(HOUR)
    assert start_due(engine) == 1
    found = tasks(engine)
    assert [task for task, _ in found] == ["do_again", "do_money", "do_money", "do_nightly", "do_siren"]
    assert count(engine, tables.MessageSubscription) == 0


def test_the_other_message_of_a_key_goes_to_the_instance_that_waits(engine: Engine) -> None:
    deploy(engine, PARALLEL)
    assert [send(engine, "paid", "K1"), send(engine, "packed", "K2"), send(engine, "packed", "K1")] == [1] * 3
    assert tasks(engine) == [("do_money", "K1"), ("do_parcel", "K1"), ("do_parcel", "K2")]
    assert send(engine, "packed", "K1") == 1, "nobody waits for it any more: it starts another"
    assert count(engine, tables.ProcessInstance) == 3


def test_two_messages_at_once_start_one_instance(engine: Engine) -> None:
    deploy(engine, PARALLEL)
    keys = [f"K{number}" for number in range(rounds(ROUNDS))]
    results = race(
        [[functools.partial(send, engine, name, key) for name in ("paid", "packed")] for key in keys]
    )
    assert results == [[1, 1]] * len(keys)
    with engine.transaction() as session:
        started = session.execute(
            sa.select(tables.ProcessInstance.business_key, sa.func.count()).group_by(
                tables.ProcessInstance.business_key
            )
        ).all()
    assert sorted(started) == sorted((key, 1) for key in keys)
    assert count(engine, tables.MessageSubscription) == 0
