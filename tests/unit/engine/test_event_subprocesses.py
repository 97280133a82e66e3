"""Event subprocesses and conditions: what listens while a (sub)process runs."""

from __future__ import annotations

import pytest

from engine.operations import BpmnError
from engine.runner import NotWaiting, Outcome, Runner
from tests.diagrams import (
    boundary,
    coded,
    condition,
    cycle,
    declared,
    diagram,
    element,
    end,
    flows,
    listening,
    message,
    message_definition,
    script,
    service,
    signal,
    signal_definition,
    start,
    timer,
    user,
)
from tests.unit.engine.accepted import accepted, run

MAIN = (start(), user("main"), end(), flows("start", "main", "end"))
MORE = message("ping") + signal("alarm", variable="alarm") + declared("error", "BAD", variable="bad")


@pytest.mark.parametrize("way", ["message", "signal", "timer"])
def test_an_interrupting_one_ends_what_runs_beside_it(way: str) -> None:
    definition = {
        "message": message_definition("ping", "note"),
        "signal": signal_definition("alarm"),
        "timer": timer("'PT1H'"),
    }[way]
    r = run(*MAIN, listening("esp", definition, user("work")), more=MORE)
    assert sorted(r.waiting()) == ["esp_start", "main"]
    if way == "message":
        r.send("ping", {"to": "ann"})
    elif way == "signal":
        r.broadcast("alarm", {"to": "ann"})
    else:
        r.forward("PT1H")
    assert r.waiting() == ["work"]
    r.complete("work", {"done": True})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["done"] is True
    assert "end" not in r.completed()
    assert r.completed()[-3:] == ["work", "esp_end", "esp"]
    name = {"message": "note", "signal": "alarm"}.get(way)
    assert name is None or r.variables[name] == {"to": "ann"}


def test_one_that_does_not_interrupt_can_run_many_times_and_keeps_the_process_open() -> None:
    r = run(
        *MAIN,
        listening("esp", message_definition("ping", "note"), user("work", "note['to']"), interrupting=False),
        more=MORE,
    )
    r.send("ping", {"to": "ann"}).send("ping", {"to": "bob"})
    groups = sorted(t.candidate_group for t in r.waits.user_tasks.values() if t.element_id == "work")
    assert groups == ["ann", "bob"]
    r.complete("main")
    assert "end" in r.completed()
    r.send("ping", {"to": "cid"})  # the process is open as long as one of them runs
    for _ in range(3):
        r.complete("work")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("esp") == 3


def test_it_listens_only_while_its_process_runs() -> None:
    r = run(*MAIN, listening("esp", message_definition("ping"), user("work")), more=MORE)
    assert r.complete("main").outcome is Outcome.COMPLETED, r.error
    assert not r.waits.messages
    with pytest.raises(NotWaiting):
        r.send("ping")


def test_a_cycle_starts_it_again_and_again() -> None:
    r = run(
        *MAIN,
        listening("esp", cycle("'R3/PT1H'"), script("work", "n = n + 1"), interrupting=False),
        variables={"n": 0},
    )
    r.forward("PT5H")
    assert r.completed().count("esp") == 3
    assert r.waiting() == ["main"]
    assert r.complete("main").outcome is Outcome.COMPLETED, r.error


def test_in_a_subprocess_it_ends_that_alone() -> None:
    inside = (
        start("sub_start")
        + user("inner")
        + end("sub_end")
        + flows("sub_start", "inner", "sub_end")
        + listening("esp", signal_definition("alarm"), user("work"))
    )
    r = run(
        start(),
        element("parallelGateway", "split"),
        element("subProcess", "sub", inside),
        user("aside"),
        user("after"),
        *(end(name) for name in ("end", "end_aside")),
        flows("start", "split", "sub", "after", "end"),
        flows("split", "aside", "end_aside"),
        more=MORE,
    )
    assert sorted(r.broadcast("alarm").waiting()) == ["aside", "work"]
    assert sorted(r.complete("work").waiting()) == ["after", "aside"]
    assert r.complete("after").complete("aside").outcome is Outcome.COMPLETED, r.error


@pytest.mark.parametrize("thrown_by", ["end", "service", "inner"])
def test_an_error_is_handled_beside_where_it_came_from(thrown_by: str) -> None:
    failing = {
        "end": end("fail", coded("error", "BAD")),
        "service": service("fail", "op"),
        "inner": element(
            "subProcess",
            "fail",
            start("in_start") + end("in_fail", coded("error", "BAD")) + flows("in_start", "in_fail"),
        ),
    }[thrown_by]
    parts = [start(), user("go"), failing, flows("start", "go", "fail")]
    if thrown_by != "end":
        parts += [end(), flows("fail", "end")]
    handler = listening("esp", coded("error", "BAD"), user("mend", "bad['code']"), path="mend")
    text = diagram("p", *parts, handler, more=MORE)
    r = Runner({"p.bpmn": text}, answers={"op": BpmnError("BAD", "broken")}).start("p").complete("go")
    assert r.waiting() == ["mend"], r.error
    assert [t.candidate_group for t in r.waits.user_tasks.values()] == ["BAD"]
    assert r.complete("mend").outcome is Outcome.COMPLETED, r.error


def test_an_escalation_is_heard_beside_before_it_is_heard_outside() -> None:
    inside = (
        start("sub_start")
        + element("intermediateThrowEvent", "raise", coded("escalation", "late"))
        + user("inner")
        + end("sub_end")
        + flows("sub_start", "raise", "inner", "sub_end")
        + listening("esp", coded("escalation", "late"), user("work"), interrupting=False)
    )
    r = run(
        start(),
        element("subProcess", "sub", inside),
        boundary("outside", "sub", coded("escalation")),
        end(),
        end("end_outside"),
        flows("start", "sub", "end"),
        flows("outside", "end_outside"),
        more=declared("escalation", "late"),
    )
    assert sorted(r.waiting()) == ["inner", "work"]
    assert r.complete("work").complete("inner").outcome is Outcome.COMPLETED, r.error
    assert "end_outside" not in r.completed()


def test_it_takes_the_variables_as_they_are_then() -> None:
    r = run(
        start(),
        user("first"),
        element("parallelGateway", "split"),
        user("a"),
        user("b"),
        *(end(f"end_{name}") for name in "ab"),
        flows("start", "first", "split", "a", "end_a"),
        flows("split", "b", "end_b"),
        listening("esp", message_definition("ping"), user("work")),
        more=MORE,
        variables={"x": 0, "y": 0},
    )
    r.complete("first", {"x": 1}).complete("a", {"y": 2}).send("ping")
    [task] = r.waits.user_tasks
    assert r.variables == {"x": 1, "y": 2}, task


def test_a_condition_is_looked_at_whenever_variables_change() -> None:
    r = run(
        start(),
        element("parallelGateway", "split"),
        element("intermediateCatchEvent", "enough", condition("n > 1")),
        script("seen", "seen_n = n"),
        user("count"),
        user("again"),
        *(end(f"end_{n}") for n in range(2)),
        flows("start", "split", "enough", "seen", "end_0"),
        flows("split", "count", "again", "end_1"),
        variables={"n": 0},
    )
    assert sorted(r.waiting()) == ["count", "enough"]
    assert [e.name for e in r.waits.events.values()] == ["n > 1"]
    assert "enough" in r.complete("count", {"n": 1}).waiting()
    r.complete("again", {"n": 2})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["seen_n"] == 2


def test_a_condition_that_holds_already_is_no_reason_to_wait() -> None:
    r = run(
        start(),
        element("intermediateCatchEvent", "enough", condition("n > 1")),
        end(),
        flows("start", "enough", "end"),
        variables={"n": 2},
    )
    assert r.outcome is Outcome.COMPLETED, r.error


def test_a_condition_on_a_boundary_has_to_become_true_anew() -> None:
    inner = (
        start("sub_start")
        + "".join(user(f"set_{n}") for n in range(4))
        + end("sub_end")
        + flows("sub_start", *(f"set_{n}" for n in range(4)), "sub_end")
    )
    r = run(
        start(),
        element("subProcess", "sub", inner),
        boundary("high", "sub", condition("n > 1"), interrupting=False),
        boundary("over", "sub", condition("n > 8")),
        script("note", "noted = n"),
        *(end(name) for name in ("end", "end_high", "end_over")),
        flows("start", "sub", "end"),
        flows("high", "note", "end_high"),
        flows("over", "end_over"),
        variables={"n": 0},
    )
    r.complete("set_0", {"n": 2}).complete("set_1", {"n": 3})
    assert r.completed().count("high") == 1
    r.complete("set_2", {"n": 0})
    assert r.completed().count("high") == 1
    r.complete("set_3", {"n": 9})
    assert r.completed().count("high") == 2
    assert r.outcome is Outcome.COMPLETED, r.error
    assert "end_over" in r.completed()
    assert "end" not in r.completed()


def test_a_condition_starts_an_event_subprocess() -> None:
    r = run(*MAIN, listening("esp", condition("level > 3"), user("work")), variables={"level": 0})
    assert r.complete("main", {"level": 2}).outcome is Outcome.COMPLETED, r.error
    two = (start(), user("main"), user("next"), end(), flows("start", "main", "next", "end"))
    r = run(*two, listening("esp", condition("level > 3"), user("work")), variables={"level": 0})
    assert r.complete("main", {"level": 4}).waiting() == ["work"]
    assert r.complete("work").outcome is Outcome.COMPLETED, r.error


def test_a_condition_that_can_not_be_computed_is_an_error() -> None:
    r = run(
        start(),
        element("intermediateCatchEvent", "enough", condition("nn > 1")),
        end(),
        flows("start", "enough", "end"),
    )
    assert r.outcome is Outcome.FAILED


def test_a_called_process_keeps_its_variables_to_itself() -> None:
    called = diagram("called", start(), user("inner"), end(), flows("start", "inner", "end"))
    caller = diagram(
        "p",
        start(),
        element("callActivity", "call", calledElement="called"),
        boundary("high", "call", condition("n > 1"), interrupting=False),
        end(),
        end("end_high"),
        flows("start", "call", "end"),
        flows("high", "end_high"),
    )
    r = Runner(accepted({"p.bpmn": caller, "called.bpmn": called})).start("p", {"n": 0})
    r.complete("inner", {"n": 2})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert "high" not in r.completed()


def test_what_only_listens_has_stalled() -> None:
    text = diagram(
        "p",
        start(),
        element("exclusiveGateway", "which", default="which-a"),
        user("a"),
        user("b"),
        element("parallelGateway", "join"),
        end(),
        flows("start", "which", "a", "join", "end"),
        flows("b", "join"),
        element("sequenceFlow", "f", sourceRef="which", targetRef="b").replace(
            "</bpmn:sequenceFlow>",
            "<bpmn:conditionExpression>False</bpmn:conditionExpression></bpmn:sequenceFlow>",
        ),
        listening("esp", message_definition("ping"), user("work")),
        more=MORE,
    )
    r = Runner({"p.bpmn": text}).start("p").complete("a")
    assert r.outcome is Outcome.FAILED
    assert type(r.error).__name__ == "Stalled"
