"""Conditions over data stores start the released version, once each time that they become true."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine import Engine, tables
from engine.clock import FixedClock
from engine.commands.release import release_version
from engine.commands.suspend import resume_version, suspend_version
from engine.incidents import retry_incident
from tests.diagrams import condition, diagram, element, end, flows, script, start, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import begin, count, deploy
from tests.integration.engine.test_start_timers import HOUR
from tests.integration.engine.test_starting import released, tasks
from tests.racing import race, rounds

ROUNDS = 20
STORES = '<bpmn:dataStore id="stock" name="stock"/><bpmn:dataStore id="least" name="least"/>'
SETTING = diagram(
    "setting",
    '<bpmn:dataStoreReference id="at_stock" dataStoreRef="stock"/>',
    '<bpmn:dataStoreReference id="at_least" dataStoreRef="least"/>',
    start(),
    element("exclusiveGateway", "which", default="which-set_stock"),
    *(
        script(
            f"set_{name}",
            f"{name} = value",
            f"<bpmn:dataOutputAssociation><bpmn:targetRef>at_{name}</bpmn:targetRef>"
            "</bpmn:dataOutputAssociation>",
        )
        for name in ("stock", "least")
    ),
    end(),
    flows("start", "which", "set_stock", "end"),
    flows("set_least", "end"),
    '<bpmn:sequenceFlow id="to_least" sourceRef="which" targetRef="set_least"><bpmn:conditionExpression>'
    "least</bpmn:conditionExpression></bpmn:sequenceFlow>",
    more=STORES,
)


def reordering(expression: str, work: str = "reorder") -> str:
    return diagram(
        "reordering",
        element("startEvent", "low", condition(expression)),
        user(work, "'shop:1'"),
        end(),
        flows("low", work, "end"),
        more=STORES,
    )


def put(engine: Engine, value: Any, *, least: bool = False) -> None:
    begin(engine, "setting", key="K", value=value, least=least)


def started(engine: Engine) -> list[str]:
    return [task for task, _ in tasks(engine)]


def test_it_starts_each_time_that_it_becomes_true(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, SETTING)
    deploy(engine, reordering("(stock or 0) < 5 and stock is not None"))
    for value, expected in ((9, 0), (4, 1), (3, 1), (8, 1), (2, 2)):
        clock.advance(HOUR)
        put(engine, value)
        assert len(started(engine)) in (expected, expected - 1), "the step that writes starts nothing itself"
        work()
        assert len(started(engine)) == expected, value
    key = tasks(engine)[0][1]
    assert key == f"reordering:low:0:{(clock.now() - 3 * HOUR).isoformat()}"
    assert count(engine, tables.SignalDelivery) == 0


def test_it_follows_releases_and_suspensions(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, SETTING)
    put(engine, 1)
    deploy(engine, reordering("stock < 5"))
    work()
    assert started(engine) == [], "what holds when it is released doesn't become true"
    deploy(engine, reordering("stock > 100", work="other"))
    put(engine, 200)
    work()
    assert started(engine) == ["other"]
    first = released(engine)[0].id
    with engine.transaction() as session:
        row = session.scalars(
            sa.select(tables.ProcessDefinition).where(
                tables.ProcessDefinition.process_id == "reordering", tables.ProcessDefinition.version == 1
            )
        ).one()
        first = row.id
        release_version(engine, session, first, reason="back", actor=SELLER)
        suspend_version(engine, session, first, reason="look", actor=SELLER)
    put(engine, 3)
    work()
    assert started(engine) == ["other"]
    with engine.transaction() as session:
        resume_version(engine, session, first, reason="go", actor=SELLER)
    work()
    assert started(engine) == ["other", "reorder"]


def test_one_that_can_not_be_computed_is_an_incident(engine: Engine, work: Callable[[], int]) -> None:
    deploy(engine, SETTING)
    deploy(engine, reordering("stock < 5"))
    assert count(engine, tables.Incident) == 0, "nothing was written yet"
    put(engine, "many")
    work()
    assert (started(engine), count(engine, tables.Incident)) == ([], 1)
    put(engine, 4)
    work()
    assert started(engine) == ["reorder"]
    with engine.transaction() as session:
        incident_id = session.scalars(sa.select(tables.Incident.id)).one()
        retry_incident(engine, session, incident_id, actor=SELLER)
    work()
    assert started(engine) == ["reorder", "reorder"], "the start that had failed"


def test_two_stores_that_are_written_at_once_are_looked_at_together(
    engine: Engine, work: Callable[[], int]
) -> None:
    deploy(engine, SETTING)
    deploy(engine, reordering("(stock or 0) == 1 and (least or 0) == 1"))
    number = rounds(ROUNDS)
    for _ in range(number):
        put(engine, 0)
        put(engine, 0, least=True)
        race([[functools.partial(put, engine, 1), functools.partial(put, engine, 1, least=True)]])
    with engine.transaction() as session:
        sent = session.scalar(sa.select(sa.func.count()).select_from(tables.SignalDelivery))
    assert sent == number
