"""Data stores on a real database: written with the step, locked in one order, and nothing lost."""

from __future__ import annotations

import functools
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.failures import StepFailed
from engine.queries.stores import find_stores
from tests.diagrams import diagram, end, flows, script, start, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import begin, deploy
from tests.racing import race, rounds

ROUNDS = 30


def store(name: str, attributes: str = "") -> str:
    return f'<bpmn:dataStore id="{name}" name="{name}"{attributes}/>'


def counting(task: str, *stores: str) -> str:
    """A script that adds 1 to each of these stores, in this order."""
    parts = ['<bpmn:property id="{0}_{1}" name="__targetRef_placeholder"/>' for _ in stores]
    parts += [
        "<bpmn:dataInputAssociation><bpmn:sourceRef>at_{1}</bpmn:sourceRef>"
        "<bpmn:targetRef>{0}_{1}</bpmn:targetRef></bpmn:dataInputAssociation>"
        for _ in stores
    ]
    parts += [
        "<bpmn:dataOutputAssociation><bpmn:targetRef>at_{1}</bpmn:targetRef></bpmn:dataOutputAssociation>"
        for _ in stores
    ]
    names = stores * 3
    inner = "".join(part.format(task, name) for part, name in zip(parts, names, strict=True))
    return script(task, "\n".join(f"{name} = ({name} or 0) + 1" for name in stores), inner)


def process(name: str, *elements: str, stores: tuple[str, ...] = ("one", "two"), attributes: str = "") -> str:
    references = (f'<bpmn:dataStoreReference id="at_{s}" dataStoreRef="{s}"/>' for s in stores)
    more = "".join(store(s, attributes) for s in stores)
    return diagram(name, *references, start(), *elements, end(), more=more)


def values(engine: Engine) -> dict[str, Any]:
    with engine.transaction() as session:
        rows = session.execute(sa.select(tables.DataStore.id, tables.DataStore.value))
        return {row.id: row.value for row in rows}


def test_a_store_is_written_with_the_step_and_says_by_whom(engine: Engine) -> None:
    text = process("counter", counting("count", "one"), user("wait"), flows("start", "count", "wait", "end"))
    deploy(engine, text)
    assert values(engine) == {"one": None, "two": None}
    instance_id = begin(engine, "counter", key="K1")
    begin(engine, "counter", key="K2")
    assert values(engine) == {"one": 2, "two": None}
    with engine.transaction() as session:
        first, second = find_stores(session).rows
        assert (first.version, first.element_id, first.value) == (2, "count", "2")
        assert (second.version, second.written_by, second.value) == (0, None, None)
        noted = sa.select(tables.HistoryEvent.element_id, tables.HistoryEvent.data).where(
            tables.HistoryEvent.instance_id == instance_id, tables.HistoryEvent.kind == "stored"
        )
        assert session.execute(noted).all() == [("count", {"store": "one"})]
        assert find_stores(session, limit=1).next == "one"
        assert [row.id for row in find_stores(session, after="one").rows] == ["two"]


def test_a_step_that_fails_writes_nothing_and_a_new_version_keeps_the_value(engine: Engine) -> None:
    deploy(engine, process("counter", counting("count", "one"), flows("start", "count", "end")))
    begin(engine, "counter", key="K1")
    bad = script("bad", "x = 1 / 0")
    text = process(
        "counter",
        counting("count", "one"),
        bad,
        flows("start", "count", "bad", "end"),
        attributes=' capacity="5"',
    )
    deploy(engine, text)
    with pytest.raises(StepFailed):
        begin(engine, "counter", key="K2")
    assert values(engine) == {"one": 1, "two": None}
    with engine.transaction() as session:
        assert {row.capacity for row in find_stores(session).rows} == {5}


def test_many_instances_at_once_lose_no_count_and_come_to_no_deadlock(engine: Engine) -> None:
    there = process("there", counting("count", "one", "two"), flows("start", "count", "end"))
    back = process("back", counting("count", "two", "one"), flows("start", "count", "end"))
    deploy(engine, there)
    deploy(engine, back)

    def run(name: str, number: int) -> uuid.UUID:
        with engine.transaction() as session:
            key = f"{name}{number}"
            return engine.start(session, name, business_key=key, variables={}, actor=SELLER)

    number = rounds(ROUNDS)
    race([[functools.partial(run, name, n) for name in ("there", "back")] for n in range(number)])
    assert values(engine) == {"one": 2 * number, "two": 2 * number}
