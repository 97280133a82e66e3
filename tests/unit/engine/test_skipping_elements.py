"""An answer in place of complex gateways, decision tables, data mappings and deliveries that failed.

The runner saves and loads the state between steps.
"""

from __future__ import annotations

import pytest

from engine.runner import Outcome, Runner
from engine.spiff.skipping import Question, Way
from tests.diagrams import (
    diagram,
    element,
    end,
    flow,
    flows,
    message,
    message_definition,
    signal,
    signal_definition,
    start,
    timer,
    user,
)
from tests.unit.engine.test_data import association, specification

MORE = message("order") + signal("alarm")
FAILS = "x / zero"
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="limits" name="limits"
  namespace="https://tuidan.example/test"><decision id="limit" name="limit">
  <decisionTable id="limit_table" hitPolicy="UNIQUE">
  <input id="in"><inputExpression id="ine" typeRef="number"><text>x</text></inputExpression></input>
  <output id="out" name="limit" typeRef="number"/>
  <rule id="one"><inputEntry id="e1"><text>&lt; 10</text></inputEntry>
    <outputEntry id="a1"><text>1</text></outputEntry></rule>
  <rule id="two"><inputEntry id="e2"><text>&gt; 1</text></inputEntry>
    <outputEntry id="a2"><text>2</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""
ASKS_TABLE = (
    "<bpmn:extensionElements><spiffworkflow:calledDecisionId>limit</spiffworkflow:calledDecisionId>"
    "</bpmn:extensionElements>"
)
CHILD = diagram("child", start("a"), user("inner"), end("b"), flows("a", "inner", "b"))


def begun(*inner: str, files: dict[str, str] | None = None, **variables: object) -> Runner:
    """A run with what makes an expression fail, up to where it first waits."""
    text = diagram("p", start(), *inner, end(), more=MORE)
    return Runner({"p.bpmn": text, **(files or {})}).start("p", {"x": 2, "zero": 0, **variables})


def gateway(*ways: str, activation: str = "activationCount &gt;= 2") -> Runner:
    """Two of three tokens let a complex gateway fire; the third resets it."""
    fires = f"<bpmn:activationCondition>{activation}</bpmn:activationCondition>"
    people = [user(name) for name in ("a", "b", "c", "now", "rest")]
    paths = [flows("start", name, "g") for name in "abc"] + [flows("now", "end"), flows("rest", "end")]
    return begun(*people, element("complexGateway", "g", fires), *paths, *ways)


def test_of_a_complex_gateway_that_fires_the_ways_are_chosen_and_it_is_reset_as_ever() -> None:
    r = gateway(flow("g", "now", f"{FAILS} > 1"), flow("g", "rest", "not waitingForStart"))
    r.complete("a").complete("b")
    ways = (Way("g-now", "", "now", "now"), Way("g-rest", "", "rest", "rest"))
    assert r.asked() == Question("ways", ways=ways, several=True, none=True)
    assert sorted(r.skip(["now"]).waiting()) == ["c", "now"]
    r.complete("now").complete("c")
    assert r.outcome is Outcome.FAILED, "its reset asks the same condition"
    assert r.skip(["rest"]).complete("rest").outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("now") == r.completed().count("rest") == 1


def test_a_complex_gateway_may_give_nothing_at_its_reset() -> None:
    r = gateway(flow("g", "now", f"waitingForStart or {FAILS} > 1"), flow("g", "rest", "False"))
    r.complete("a").complete("b").complete("now").complete("c", {"late": 1})
    assert r.outcome is Outcome.FAILED
    r.skip([])
    assert (r.outcome, r.variables["late"], r.waiting()) == (Outcome.COMPLETED, 1, [])


@pytest.mark.parametrize("x", [5, "much"], ids=["two rules at once", "not a number"])
def test_a_decision_table_gets_the_answer_that_it_would_have_given(x: object) -> None:
    r = begun(
        user("ask"),
        element("businessRuleTask", "s", ASKS_TABLE),
        user("after"),
        flows("start", "ask", "s", "after", "end"),
        files={"limits.dmn": TABLE},
    )
    r.complete("ask", {"x": x})
    assert (r.outcome, r.asked()) == (Outcome.FAILED, Question("variables"))
    assert r.skip({"limit": 7}).waiting() == ["after"]
    assert r.complete("after").variables["limit"] == 7


def test_what_goes_into_a_called_process_or_comes_out_of_it_is_given() -> None:
    own = '<bpmn:property id="y"/>'
    into = own + association("Input", "", "y", FAILS)
    for inner in (into, specification({"i": "missing"}, {})):
        call = element("callActivity", "s", inner, calledElement="child")
        path = flows("start", "ask", "s", "after", "end")
        r = begun(user("ask"), call, user("after"), path, files={"child.bpmn": CHILD}).complete("ask")
        assert r.asked() == Question("variables")
        assert r.skip({"z": 1}).waiting() == ["after"], "the process isn't called"
        assert r.complete("after").variables == {"x": 2, "zero": 0, "z": 1}
    # A property of the process takes what comes out.
    out = element("callActivity", "s", association("Output", "", "y", FAILS), calledElement="child")
    path = flows("start", "s", "after", "end")
    r = begun(own, out, user("after"), path, files={"child.bpmn": CHILD}).complete("inner", {"n": 1})
    assert r.asked() == Question("variables")
    assert r.skip({"y": 5}).waiting() == ["after"]
    assert r.complete("after").variables["y"] == 5


def repeated(more: str = "") -> str:
    return (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="item" name="item"/><bpmn:outputDataItem id="found" name="found"/>'
        f"{more}</bpmn:multiInstanceLoopCharacteristics>"
    )


def test_what_an_instance_of_a_repeated_activity_did_not_give_is_given() -> None:
    each = element("scriptTask", "s", f"{repeated()}<bpmn:script>if item: found = item * 2</bpmn:script>")
    path = flows("start", "ask", "s", "after", "end")
    r = begun(user("ask"), each, user("after"), path, items=[1, 0, 3]).complete("ask")
    assert r.asked() == Question("variables")
    assert r.skip({"found": 9}).complete("after").variables["results"] == [2, 9, 6]
    # What it is repeated over can't be used: it is skipped as a whole, with its results.
    r = begun(user("ask"), each, user("after"), path, items=7).complete("ask")
    assert r.skip({"results": [4]}).complete("after").variables["results"] == [4]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_signal_or_message_whose_contents_cannot_be_taken_is_taken_with_what_is_given(
    interrupting: bool,
) -> None:
    takes = '<bpmn:dataOutput id="out" name="came"/>' + association(
        "Output", "out", "part", "came['n'] / zero"
    )
    ringing = element(
        "boundaryEvent",
        "ring",
        takes + signal_definition("alarm"),
        attachedToRef="work",
        cancelActivity=str(interrupting).lower(),
    )
    wait = element(
        "intermediateCatchEvent", "wait", takes.replace("out", "got") + message_definition("order")
    )
    part = '<bpmn:property id="part"/>'
    paths = flows("start", "work", "end"), flows("ring", "wait", "heard", "end")
    r = begun(part, user("work"), user("heard"), ringing, wait, *paths).broadcast("alarm", {"n": 1})
    assert r.asked() == Question("variables")
    assert sorted(r.skip({"part": 3}).waiting()) == (["wait"] if interrupting else ["ring", "wait", "work"])
    r.send("order", {"n": 1})
    assert (r.outcome, r.failed_at and r.failed_at.spec) == (Outcome.FAILED, "wait")
    r.skip({"part": 4}).complete("heard")
    if not interrupting:  # it goes on waiting on the activity, and ends with it
        assert sorted(r.waiting()) == ["ring", "work"]
        r.complete("work")
    assert (r.outcome, r.variables["part"]) == (Outcome.COMPLETED, 4), r.error


def test_an_event_whose_mapping_fails_is_passed_as_if_it_had_come() -> None:
    needs = specification({"i": "missing"}, {"o": "first"})
    task = element("receiveTask", "s", needs, messageRef="message_order")
    r = begun(user("ask"), task, user("after"), flows("start", "ask", "s", "after", "end")).complete("ask")
    assert r.asked() == Question("variables", unawaited=True)
    assert r.skip({"first": {"n": 1}}).waiting() == ["after"]
    assert r.complete("after").variables["first"] == {"n": 1}


@pytest.mark.parametrize("first", ["s", "hour"])
def test_behind_an_event_based_gateway_what_is_given_ends_the_rivals(first: str) -> None:
    needs = specification({"i": "missing"}, {"o": "first"})
    task = element("receiveTask", "s", needs, messageRef="message_order")
    other = "hour" if first == "s" else "s"
    r = begun(
        user("ask"),
        element("eventBasedGateway", "which"),
        task,
        element("intermediateCatchEvent", "hour", timer("'PT1H'")),
        user("after"),
        flows("start", "ask", "which", first, "after", "end"),
        flows("which", other, "after"),
    ).complete("ask")
    assert r.skip({"first": 1}).waiting() == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error
