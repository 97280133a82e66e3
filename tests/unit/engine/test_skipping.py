"""An answer in place of what failed, whatever it was; the runner saves and loads the state between steps."""

from __future__ import annotations

import datetime as dt

import pytest

from engine.operations import BpmnError
from engine.runner import Outcome, Runner
from engine.spiff.skipping import Question, Way
from engine.values import JSON, Variables
from tests.diagrams import (
    boundary,
    condition,
    diagram,
    element,
    end,
    flow,
    flows,
    message,
    script,
    sent,
    service,
    start,
    timer,
    user,
)

ITEMS = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
    '<bpmn:inputDataItem id="item" name="item"/></bpmn:multiInstanceLoopCharacteristics>'
)
CHOICE = (flow("s", "a", "x / zero > 1"), flow("s", "b", "x > 1"), flow("s", "c"), flows("a", "end"))
WAYS = (script("a", "went = 'a'"), script("b", "went = 'b'"), script("c", "went = 'c'"))


def failed(*inner: str, more: str = "", files: dict[str, str] | None = None, **variables: object) -> Runner:
    """A run up to the element ``s``, which fails once the person before it is done."""
    elements = (start(), user("ask"), *inner, user("after"), end(), flows("start", "ask", "s"))
    text = diagram("p", *elements, flows("after", "end"), more=more)
    known: Variables = {"x": 2, "zero": 0, **variables}
    r = Runner({"p.bpmn": text, **(files or {})}, answers={"test.no": BpmnError("NO")})
    r.start("p", known).complete("ask", {"y": 1})
    assert r.outcome is Outcome.FAILED
    assert r.failed_at is not None
    return r


@pytest.mark.parametrize(
    "inner",
    [
        (script("s", "z = x / zero"),),
        (element("callActivity", "s", calledElement="child"),),
        (element("subProcess", "s", ITEMS + start("i") + user("u") + end("e") + flows("i", "u", "e")),),
    ],
    ids=["script", "call activity", "repeated activity"],
)
def test_an_activity_is_skipped_with_what_it_would_have_written(inner: tuple[str, ...]) -> None:
    child = diagram("child", start("a"), script("w", "w = x / zero"), end("b"), flows("a", "w", "b"))
    r = failed(*inner, flows("s", "after"), files={"child.bpmn": child}, items="not a list")
    assert r.asked() == Question("variables")
    r.skip({"z": 5, "deep": {"list": [1]}})
    assert (r.outcome, r.waiting()) == (Outcome.WAITING, ["after"])
    r.complete("after")
    assert {name: r.variables[name] for name in ("z", "deep", "y")} == {"z": 5, "deep": {"list": [1]}, "y": 1}


def test_an_operation_whose_arguments_or_error_nobody_handles_gets_its_result() -> None:
    for inner in (
        service("s", "test.no", result="paid"),
        service("s", "test.ok", result="paid", n="x / zero"),
    ):
        r = failed(inner, flows("s", "after"))
        assert r.asked() == Question("result", variable="paid")
        assert r.skip({"ok": True}).complete("after").variables["paid"] == {"ok": True}


def test_of_a_gateway_the_ways_are_chosen() -> None:
    gateway = element("exclusiveGateway", "s", default="s-c")
    r = failed(gateway, *WAYS, *CHOICE, flows("b", "after"), flows("c", "end"))
    ways = tuple(Way(f"s-{name}", "", name, name) for name in "abc")
    assert r.asked() == Question("ways", ways=ways)
    r.skip(["b"]).complete("after")
    assert (r.outcome, r.variables["went"]) == (Outcome.COMPLETED, "b")


@pytest.mark.parametrize("kind", ["inclusiveGateway", "task"])
def test_several_ways_are_chosen_of_what_may_take_several(kind: str) -> None:
    chooser = element(kind, "s", default="s-c")
    r = failed(chooser, *WAYS, *CHOICE, flows("b", "after"), flows("c", "end"))
    question = r.asked()
    assert isinstance(question, Question)
    assert (question.kind, question.several, len(question.ways)) == ("ways", True, 3)
    r.skip(["a", "b"])
    assert {"a", "b"} <= set(r.completed())
    assert "c" not in r.completed()
    assert r.complete("after").outcome is Outcome.COMPLETED


def test_a_timer_gets_its_instant_and_nothing_else_is_left_out() -> None:
    late = boundary("late", "s", timer("'PT' + 1"))
    r = failed(user("s"), late, flows("s", "after"), flows("late", "end"))
    assert r.asked() == Question("instant")
    r.skip((r.clock.now() + dt.timedelta(hours=1)).isoformat())
    assert sorted(r.waiting()) == ["late", "s"]
    assert r.forward("PT1H").outcome is Outcome.COMPLETED


def test_a_task_that_can_be_offered_to_nobody_is_skipped_with_what_its_form_would_give() -> None:
    r = failed(user("s", "nobody"), flows("s", "after"))
    assert r.asked() == Question("variables")
    r.skip({"decision": "agree"}).complete("after")
    assert r.variables["decision"] == "agree"


def test_what_would_be_sent_is_not() -> None:
    r = failed(
        element("intermediateThrowEvent", "s", sent("m", "x / zero")),
        flows("s", "after"),
        more=message("m"),
    )
    assert r.skip({}).waiting() == ["after"]
    assert r.sent == []


def test_only_the_run_that_failed_is_left_out() -> None:
    loop = (
        script("s", "n = 0"),
        element("exclusiveGateway", "again"),
        script("div", "seen = seen + [6 / (n - 1)]\nn = n + 1"),
        element("exclusiveGateway", "more", default="more-after"),
        flows("s", "again", "div", "more", "after"),
        flow("more", "again", "n < 3"),
    )
    r = failed(*loop, seen=[])
    assert (r.failed_at and r.failed_at.number) == 1
    r.skip({"n": 2, "seen": [-6.0, 0]}).complete("after")
    assert r.variables["seen"] == [-6.0, 0, 6.0]


def test_one_instance_of_a_repeated_activity_is_skipped_alone() -> None:
    each = element("scriptTask", "s", f"{ITEMS}<bpmn:script>last = 6 / item</bpmn:script>")
    r = failed(each, flows("s", "after"), items=[1, 0, 3])
    assert (r.failed_at and r.failed_at.key) == 1
    r.skip({"last": -1}).complete("after")
    assert r.outcome is Outcome.COMPLETED
    assert r.completed().count("s [child]") + r.completed().count("s") >= 1


def test_what_an_event_waits_for_is_not_skipped_but_mended() -> None:
    watched = boundary("watch", "s", condition("x / zero > 1"))
    r = failed(user("s"), watched, flows("s", "after"), flows("watch", "end"))
    assert r.asked() == "looked_at_again"


def test_a_skip_is_of_no_use_where_it_fails_again() -> None:
    r = failed(script("s", "z = x / zero"), script("t", "w = x / zero"), flows("s", "t", "after"))
    r.skip({"z": 1})
    assert r.outcome is Outcome.FAILED
    assert (r.failed_at and r.failed_at.spec) == "t"


def test_what_starts_an_instance_can_be_skipped_too() -> None:
    text = diagram(
        "p", start(), script("s", "z = 1 / zero"), user("after"), end(), flows("start", "s", "after", "end")
    )
    r = Runner({"p.bpmn": text}).start("p", {"zero": 0})
    given: JSON = {"z": 3}
    assert r.skip(given).complete("after").variables == {"zero": 0, "z": 3}
