"""Data stores outlive the instances that read and write them; the state is saved and loaded."""

from __future__ import annotations

from typing import Any

import pytest

from engine.runner import Outcome, Runner
from engine.spiff.stores import StoreFull
from tests.diagrams import (
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    script,
    sent,
    start,
    user,
)
from tests.unit.engine.accepted import accepted
from tests.unit.engine.test_data import PLACEHOLDER, association
from tests.unit.engine.test_data_on_events import given

STORE = '<bpmn:dataStore id="shelf" name="货架"/>'
SHELF = '<bpmn:dataStoreReference id="at_shelf" name="货架" dataStoreRef="shelf"/>'
READ = PLACEHOLDER + association("Input", "at_shelf", "hold")
WRITE = association("Output", target="at_shelf")


def runner(*parts: str, more: str = STORE, stores: dict[str, Any] | None = None) -> Runner:
    files = accepted({"p.bpmn": diagram("p", SHELF, start(), *parts, end(), more=more)})
    return Runner(files, stores=stores)


def counting(name: str) -> str:
    """A script that adds to the store."""
    return script(
        name,
        "shelf = (shelf or 0) + by",
        READ.replace('hold"', f'hold_{name}"', 1).replace(">hold<", f">hold_{name}<") + WRITE,
    )


COUNT = counting("count")


def test_what_one_instance_writes_another_reads() -> None:
    stores: dict[str, Any] = {}
    for expected in (2, 4):
        r = runner(COUNT, flows("start", "count", "end"), stores=stores).start("p", {"by": 2})
        assert r.outcome is Outcome.COMPLETED, r.error
        assert stores == {"shelf": expected}
        assert r.variables == {"by": 2}, "the store is no variable of the process"


def test_a_step_reads_what_it_has_written() -> None:
    r = runner(COUNT, counting("again"), flows("start", "count", "again", "end")).start("p", {"by": 1})
    assert r.stores == {"shelf": 2}


def test_a_task_that_waits_keeps_what_it_has_read_and_writes_at_its_end() -> None:
    stores: dict[str, Any] = {"shelf": ["a"]}
    ask = user("ask", inner=READ + WRITE)
    r = runner(ask, flows("start", "ask", "end"), stores=stores).start("p")
    assert r.variables == {"shelf": ["a"]}
    stores["shelf"] = ["b"]
    assert r.complete("ask", {"shelf": ["c"]}).outcome is Outcome.COMPLETED, r.error
    assert stores == {"shelf": ["c"]}


def test_a_transformation_reads_and_computes() -> None:
    read = PLACEHOLDER + association("Input", "at_shelf", "hold", "(shelf or 0) + 1")
    write = association("Output", target="at_shelf", expression="shelf * 10")
    r = runner(script("x", "seen = shelf", read + write), flows("start", "x", "end"), stores={"shelf": 4})
    assert r.start("p").variables == {"seen": 5}
    assert r.stores == {"shelf": 50}


def test_a_subprocess_and_a_called_process_use_the_same_store() -> None:
    called = diagram("q", SHELF, start(), COUNT, end(), flows("start", "count", "end"), more=STORE)
    inside = start("s") + counting("inner") + end("e") + flows("s", "inner", "e")
    text = diagram(
        "p",
        SHELF,
        start(),
        element("subProcess", "sub", inside),
        element("callActivity", "call", calledElement="q"),
        end(),
        flows("start", "sub", "call", "end"),
        more=STORE,
    )
    r = Runner(accepted({"p.bpmn": text, "q.bpmn": called})).start("p", {"by": 3})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.stores == {"shelf": 6}


def test_events_read_and_write_stores() -> None:
    wait = element("intermediateCatchEvent", "wait", WRITE + message_definition("order"))
    tell = element("intermediateThrowEvent", "tell", given("what", "at_shelf") + sent("order"))
    r = runner(wait, tell, flows("start", "wait", "tell", "end"), more=STORE + message("order")).start("p")
    r.send("order", {"n": 1})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.stores == {"shelf": {"n": 1}}
    assert [m.payload for m in r.sent] == [{"n": 1}]


@pytest.mark.parametrize(
    ("value", "fits"), [([1, 2], True), ({"a": 1}, True), (None, True), ([1, 2, 3], False), ("ab", False)]
)
def test_a_store_with_a_capacity_holds_so_many_entries(value: Any, fits: bool) -> None:
    limited = STORE.replace("/>", ' capacity="2"/>')
    put = script("put", "shelf = value", WRITE)
    r = runner(put, flows("start", "put", "end"), more=limited).start("p", {"value": value})
    if fits:
        assert r.stores == {"shelf": value}
    else:
        assert (r.outcome, type(r.error), r.stores) == (Outcome.FAILED, StoreFull, {})


def test_what_a_step_that_fails_has_written_is_not_kept() -> None:
    bad = script("bad", "x = 1 / 0")
    r = runner(COUNT, bad, flows("start", "count", "bad", "end")).start("p", {"by": 1})
    assert (r.outcome, r.stores) == (Outcome.FAILED, {})
