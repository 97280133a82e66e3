"""Escalations go up to who takes them; links are flows; an event can wait for several things."""

from __future__ import annotations

import pytest

from engine.operations import BpmnError, OperationContext, OperationRegistry
from engine.runner import Outcome, Runner
from tests.diagrams import (
    boundary,
    coded,
    cycle,
    declared,
    diagram,
    element,
    end,
    flow,
    flows,
    link,
    message,
    message_definition,
    script,
    sent,
    service,
    signal,
    signal_definition,
    start,
    timer,
    user,
)
from tests.unit.engine.accepted import accepted, run

RAISING = (
    start("c_start"),
    user("c_work"),
    element("intermediateThrowEvent", "c_raise", coded("escalation", "late")),
    user("c_more"),
    end("c_end", coded("escalation", "done")),
    flows("c_start", "c_work", "c_raise", "c_more", "c_end"),
)
LATE = declared("escalation", "late", variable="raised") + declared("escalation", "done")


@pytest.mark.parametrize("called", [True, False])
def test_an_escalation_leaves_what_raised_it_alone_or_ends_it(called: bool) -> None:
    inside = (
        element("callActivity", "part", calledElement="called")
        if called
        else element("subProcess", "part", "".join(RAISING))
    )
    files = {
        "p.bpmn": diagram(
            "p",
            start(),
            inside,
            boundary("noted", "part", coded("escalation", "late"), interrupting=False),
            boundary("ended", "part", coded("escalation")),
            user("look", "raised['code']"),
            user("after"),
            *(end(name) for name in ("end", "end_noted", "end_ended")),
            flows("start", "part", "end"),
            flows("noted", "look", "end_noted"),
            flows("ended", "after", "end_ended"),
            more=LATE,
        )
    }
    if called:
        files["called.bpmn"] = diagram("called", *RAISING, more=LATE)
    r = Runner(accepted(files)).start("p").complete("c_work")
    assert sorted(r.waiting()) == ["c_more", "look"]
    assert [t.candidate_group for t in r.waits.user_tasks.values() if t.element_id == "look"] == ["late"]
    r.complete("c_more")
    assert sorted(r.waiting()) == ["after", "look"]
    assert "end" not in r.completed()
    r.complete("look").complete("after")
    assert r.outcome is Outcome.COMPLETED, r.error


def test_an_escalation_that_nobody_takes_does_no_harm() -> None:
    r = run(*(part.replace("c_", "") for part in RAISING), more=LATE)
    assert r.complete("work").complete("more").outcome is Outcome.COMPLETED, r.error


def test_an_error_of_a_repeated_activity_reaches_its_event() -> None:
    registry = OperationRegistry()

    @registry.operation("check")
    def check(ctx: OperationContext, *, n: int) -> dict[str, int]:
        raise BpmnError("BAD") if n == 2 else KeyError

    loop = (
        "<bpmn:multiInstanceLoopCharacteristics isSequential='false'><bpmn:loopDataInputRef>items"
        "</bpmn:loopDataInputRef><bpmn:inputDataItem id='n'/></bpmn:multiInstanceLoopCharacteristics>"
    )
    task = service("each", "check", n="n").replace("</bpmn:serviceTask>", f"{loop}</bpmn:serviceTask>")
    parts = (
        start(),
        task,
        boundary("bad", "each", coded("error", "BAD")),
        user("mend"),
        end(),
        flows("start", "each", "end"),
        flows("bad", "mend", "end"),
    )
    files = accepted({"p.bpmn": diagram("p", *parts, more=declared("error", "BAD"))}, registry)
    r = Runner(files, registry=registry).start("p", {"items": [2, 2, 2]})
    assert r.waiting() == ["mend"], r.error
    assert r.complete("mend").outcome is Outcome.COMPLETED, r.error


def test_links_are_flows_from_several_places() -> None:
    inner = (
        start("s_start")
        + element("intermediateThrowEvent", "s_out", link("on"))
        + element("intermediateCatchEvent", "s_in", link("on"))
        + user("inner")
        + end("s_end")
        + flows("s_start", "s_out")
        + flows("s_in", "inner", "s_end")
    )
    r = run(
        start(),
        element("exclusiveGateway", "which", default="which-b"),
        user("a"),
        user("b"),
        element("intermediateThrowEvent", "a_out", link("on")),
        element("intermediateThrowEvent", "b_out", link("on")),
        element("intermediateCatchEvent", "in", link("on")),
        element("subProcess", "sub", inner),
        end(),
        flows("start", "which"),
        flow("which", "a", "n > 0"),
        flows("which", "b", "b_out"),
        flows("a", "a_out"),
        flows("in", "sub", "end"),
        variables={"n": 1},
    )
    assert r.complete("a").waiting() == ["inner"]
    assert r.complete("inner").outcome is Outcome.COMPLETED, r.error
    assert r.completed() == (
        ["start", "which", "a", "a_out", "in", "s_start", "s_out", "s_in", "inner", "s_end", "sub", "end"]
    )


def waits_for_several(*, parallel: bool) -> str:
    definitions = message_definition("ping", "note") + signal_definition("alarm") + timer("'PT1H'")
    more = {"parallelMultiple": "true"} if parallel else {}
    return element("intermediateCatchEvent", "any", definitions, **more)


MORE = message("ping") + message("pong") + signal("alarm", variable="alarm")


@pytest.mark.parametrize("way", ["message", "signal", "timer"])
def test_one_of_several_is_enough(way: str) -> None:
    r = run(start(), waits_for_several(parallel=False), end(), flows("start", "any", "end"), more=MORE)
    assert r.waiting() == ["any", "any", "any"]
    if way == "message":
        r.send("ping", {"n": 1})
    elif way == "signal":
        r.broadcast("alarm")
    else:
        r.forward("PT1H")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables.get("note") == ({"n": 1} if way == "message" else None)


def test_all_of_several_have_to_come() -> None:
    r = run(start(), waits_for_several(parallel=True), end(), flows("start", "any", "end"), more=MORE)
    r.forward("PT2H").broadcast("alarm", {"level": 1})
    assert (r.waiting(), r.outcome) == (["any"], Outcome.WAITING)
    assert not r.waits.timers
    r.send("ping", {"n": 2})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert (r.variables["note"], r.variables["alarm"]) == ({"n": 2}, {"level": 1})


def test_several_on_a_boundary_come_again_and_again() -> None:
    r = run(
        start(),
        user("work"),
        boundary(
            "any",
            "work",
            message_definition("ping") + cycle("'R2/PT1H'") + timer("'PT3H'"),
            interrupting=False,
        ),
        boundary(
            "both", "work", message_definition("ping") + message_definition("pong"), interrupting=False
        ).replace("cancelActivity", 'parallelMultiple="true" cancelActivity'),
        end("end_any"),
        end("end_both"),
        end(),
        flows("start", "work", "end"),
        flows("any", "end_any"),
        flows("both", "end_both"),
        more=MORE,
    )
    r.send("ping").forward("PT4H").send("ping").send("pong")
    assert r.completed().count("end_any") == 2 + 3
    assert r.completed().count("end_both") == 1
    r.send("ping").send("pong")
    assert r.completed().count("end_both") == 2
    assert r.complete("work").outcome is Outcome.COMPLETED, r.error


def test_several_are_thrown_at_once() -> None:
    r = run(
        start(),
        element("intermediateThrowEvent", "throw", sent("ping") + signal_definition("alarm")),
        end("end", sent("pong") + signal_definition("alarm")),
        flows("start", "throw", "end"),
        more=MORE,
    )
    assert r.outcome is Outcome.COMPLETED, r.error
    assert [m.message for m in r.sent] == ["ping", "pong"]
    assert [s.element_id for s in r.signals] == ["throw", "end"]


def test_a_script_between_links_runs_once_for_each_token() -> None:
    r = run(
        start(),
        element("parallelGateway", "split"),
        element("intermediateThrowEvent", "a_out", link("on")),
        element("intermediateThrowEvent", "b_out", link("on")),
        element("intermediateCatchEvent", "in", link("on")),
        script("count", "n = n + 1"),
        end(),
        flows("start", "split", "a_out"),
        flows("split", "b_out"),
        flows("in", "count", "end"),
        variables={"n": 0},
    )
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("count") == 2


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_subprocess_hands_on_the_escalation_that_it_took(interrupting: bool) -> None:
    late = coded("escalation", "late")
    begin = element("startEvent", "h_start", late, isInterrupting=str(interrupting).lower())
    taken = begin + user("look") + end("h_end", late) + flows("h_start", "look", "h_end")
    inner = start("s") + user("work") + end("e", late) + flows("s", "work", "e")
    r = run(
        start(),
        element("subProcess", "sub", inner + element("subProcess", "h", taken, triggeredByEvent="true")),
        boundary("told", "sub", late, interrupting=False),
        user("outer"),
        end(),
        flows("start", "sub", "end"),
        flows("told", "outer", "end"),
        more=declared("escalation", "late"),
    )
    assert r.complete("work").waiting() == ["look"]
    assert r.complete("look").waiting() == ["outer"], r.error
    assert r.complete("outer").outcome is Outcome.COMPLETED
