"""Repeated activities: what they are repeated over, when they end, and what they give."""

from __future__ import annotations

from typing import Any

import pytest

from engine.runner import Outcome, Runner
from tests.diagrams import boundary, diagram, element, end, flow, flows, message, script, start, timer, user
from tests.unit.engine.accepted import accepted

CHILD = diagram("child", start(), user("inner"), end(), flows("start", "inner", "end"))


def run(*elements: str, variables: dict[str, Any] | None = None) -> Runner:
    return Runner({"p.bpmn": diagram("p", *elements), "child.bpmn": CHILD}).start("p", variables)


def each(parts: str, *, sequential: bool = False) -> str:
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">{parts}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def over(collection: str, results: str = "", condition: str = "") -> str:
    parts = f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>"
    parts += f"<bpmn:loopDataOutputRef>{results}</bpmn:loopDataOutputRef>" if results else ""
    parts += '<bpmn:inputDataItem id="item" name="item"/>'
    parts += '<bpmn:outputDataItem id="one" name="one"/>' if results else ""
    return parts + (f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else "")


def times(cardinality: str, condition: str = "") -> str:
    parts = f"<bpmn:loopCardinality>{cardinality}</bpmn:loopCardinality>"
    return parts + (f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else "")


def repeated(loop: str, variables: dict[str, Any] | None = None, *, body: str = "") -> Runner:
    """A user task, or the script that is given, with a loop."""
    activity = script("x", body, loop) if body else user("x", inner=loop)
    return run(start(), activity, end(), flows("start", "x", "end"), variables=variables)


BOTH = pytest.mark.parametrize("sequential", [True, False])


@BOTH
@pytest.mark.parametrize(
    ("parts", "variables"), [(times("0"), {}), (over("items"), {"items": []}), (over("items"), {"items": {}})]
)
def test_nothing_to_repeat_passes_at_once(sequential: bool, parts: str, variables: dict[str, Any]) -> None:
    assert repeated(each(parts, sequential=sequential), variables).outcome is Outcome.COMPLETED


@BOTH
@pytest.mark.parametrize("cardinality", ["-1", "1.5", "'3'", "10 ** 6"])
def test_a_cardinality_that_is_no_count_is_an_error(sequential: bool, cardinality: str) -> None:
    r = repeated(each(times(cardinality), sequential=sequential))
    assert (r.outcome, type(r.error).__name__) == (Outcome.FAILED, "RepetitionInvalid")


@BOTH
def test_what_is_no_collection_is_an_error(sequential: bool) -> None:
    r = repeated(each(over("items"), sequential=sequential), {"items": "text"})
    assert (r.outcome, type(r.error).__name__) == (Outcome.FAILED, "RepetitionInvalid")


@BOTH
def test_an_item_may_be_none_and_hides_a_variable_while_its_instance_runs(
    sequential: bool,
) -> None:
    loop = each(over("items", "results"), sequential=sequential)
    r = repeated(loop, {"items": [None, 2], "item": "outer"}, body="one = [item]")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"items": [None, 2], "item": "outer", "results": [[None], [2]]}


@BOTH
def test_results_of_an_object_are_put_by_their_keys(sequential: bool) -> None:
    loop = each(over("items", "results"), sequential=sequential)
    r = repeated(loop, {"items": {"a": 1, "b": 2}}, body="one = item * 2")
    assert r.variables["results"] == {"a": 2, "b": 4}


@BOTH
def test_results_can_replace_the_items(sequential: bool) -> None:
    loop = each(over("items", "items"), sequential=sequential)
    r = repeated(loop, {"items": [1, 2]}, body="one = item * 2")
    assert r.variables["items"] == [2, 4]


def test_the_results_of_an_earlier_round_are_not_kept() -> None:
    r = run(
        start(),
        script("count", "n = n + 1\nitems = [n, n]"),
        script("x", "one = item", each(over("items", "results"))),
        element("exclusiveGateway", "more", default="more-end"),
        end(),
        flows("start", "count", "x", "more", "end"),
        flow("more", "count", "n < 3"),
        variables={"n": 0},
    )
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["results"] == [3, 3]


@BOTH
def test_the_collection_may_change_while_the_activity_runs(sequential: bool) -> None:
    r = repeated(each(over("items"), sequential=sequential), {"items": [1, 2, 3]})
    r.complete("x", {"items": []})
    for _ in range(2):
        assert r.outcome is Outcome.WAITING, r.error
        r.complete("x")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("x") == 1


@BOTH
def test_a_completion_condition_reads_the_counts_and_ends_the_rest(sequential: bool) -> None:
    condition = (
        "numberOfCompletedInstances * 2 &gt;= numberOfInstances and numberOfTerminatedInstances == 0"
        " and numberOfActiveInstances == (0 if done else 2) and loopCounter &lt; 4"
    )
    r = repeated(each(times("4", condition), sequential=sequential), {"done": sequential})
    assert len(r.waits.user_tasks) == (1 if sequential else 4)
    assert len(r.complete("x").waits.user_tasks) == (1 if sequential else 3)
    assert r.complete("x").outcome is Outcome.COMPLETED, r.error


def test_a_completion_condition_reads_the_results() -> None:
    r = repeated(each(over("items", "results", "sum(results) &gt; 2"), sequential=True), {"items": [1, 2, 3]})
    r.complete("x", {"one": 1})
    assert r.waiting() == ["x"], r.error
    assert r.complete("x", {"one": 2}).variables["results"] == [1, 2]


def test_an_instance_that_gives_no_result_is_an_error() -> None:
    r = repeated(each(over("items", "results")), {"items": [1]}).complete("x")
    assert (r.outcome, type(r.error).__name__) == (Outcome.FAILED, "RepetitionInvalid")


@BOTH
def test_repeated_calls_are_interrupted_with_their_processes(sequential: bool) -> None:
    call = element("callActivity", "call", each(times("2"), sequential=sequential), calledElement="child")
    r = run(
        start(),
        call,
        boundary("late", "call", timer("'PT1H'")),
        user("after"),
        end(),
        flows("start", "call", "end"),
        flows("late", "after", "end"),
    )
    assert r.waiting().count("inner") == (1 if sequential else 2)
    assert r.forward("PT1H").waiting() == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error


def test_a_loop_that_takes_from_a_list_comes_to_its_end() -> None:
    condition = "<bpmn:loopCondition>len(items) &gt; 0</bpmn:loopCondition>"
    loop = f"<bpmn:standardLoopCharacteristics>{condition}</bpmn:standardLoopCharacteristics>"
    r = repeated(loop, {"items": [1, 2, 3], "sum": 0}, body="n = items.pop()")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["items"] == []


@BOTH
def test_the_finished_instances_are_not_kept(sequential: bool) -> None:
    r = repeated(each(times("50"), sequential=sequential))
    sizes = []
    for _ in range(49):
        r.complete("x")
        sizes.append(len(r._state))
    assert sizes[-1] < 400
    assert r.complete("x").outcome is Outcome.COMPLETED, r.error


SIGNALS = (
    '<bpmn:signal id="done" name="done"/><bpmn:signalEventDefinition id="done_event" signalRef="done"/>'
    '<bpmn:signal id="last" name="last"/><bpmn:error id="err" name="err" errorCode="E1"/>'
)
DONE = '<bpmn:signalEventDefinition signalRef="done"/>'


def behaving(loop: str, *, interrupting: bool = False, kind: str = DONE) -> Runner:
    """A repeated user task with a signal event on it, which leads to a user task of its own."""
    text = diagram(
        "p",
        start(),
        user("x", inner=loop),
        boundary("heard", "x", kind, interrupting=interrupting),
        user("note"),
        end("end_note"),
        end(),
        flows("start", "x", "end"),
        flows("heard", "note", "end_note"),
        more=SIGNALS,
    )
    return Runner({"p.bpmn": text}).start("p")


def loop_with(attributes: str, more: str = "", *, sequential: bool = False) -> str:
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" {attributes}>'
        f"<bpmn:loopCardinality>3</bpmn:loopCardinality>{more}</bpmn:multiInstanceLoopCharacteristics>"
    )


@BOTH
@pytest.mark.parametrize(("behavior", "heard"), [("None", 3), ("One", 1)])
def test_a_behaviour_throws_a_signal_for_each_instance_or_the_first(
    sequential: bool, behavior: str, heard: int
) -> None:
    attributes = f'behavior="{behavior}" {behavior.lower()}BehaviorEventRef="done_event"'
    r = behaving(loop_with(attributes, sequential=sequential))
    for _ in range(3):
        r.complete("x")
    assert r.waiting() == ["note"] * heard
    for _ in range(heard):
        r.complete("note")
    assert r.outcome is Outcome.COMPLETED, r.error


@BOTH
def test_an_interrupting_event_ends_the_other_instances(sequential: bool) -> None:
    attributes = 'behavior="One" oneBehaviorEventRef="done_event"'
    r = behaving(loop_with(attributes, sequential=sequential), interrupting=True)
    assert r.complete("x").waiting() == ["note"]
    assert r.complete("note").outcome is Outcome.COMPLETED, r.error


def test_a_complex_behaviour_throws_as_its_conditions_say() -> None:
    complex_one = (
        "<bpmn:complexBehaviorDefinition><bpmn:condition>numberOfCompletedInstances == 2</bpmn:condition>"
        f"<bpmn:event>{DONE}</bpmn:event></bpmn:complexBehaviorDefinition>"
    )
    r = behaving(loop_with('behavior="Complex"', complex_one))
    assert "note" not in r.complete("x").waiting()
    assert r.complete("x").waiting().count("note") == 1
    assert r.complete("x").waiting() == ["note"]


@BOTH
@pytest.mark.parametrize("kind", ["call", "sub"])
def test_an_error_in_a_repeated_activity_is_caught_on_it(sequential: bool, kind: str) -> None:
    error = '<bpmn:errorEventDefinition errorRef="err"/>'
    body = start("s") + user("inner") + end("e", error) + flows("s", "inner", "e")
    child = diagram("child", body, more=SIGNALS)
    loop = loop_with("", sequential=sequential)
    activity = (
        element("callActivity", "x", loop, calledElement="child")
        if kind == "call"
        else element("subProcess", "x", loop + body)
    )
    text = diagram(
        "p",
        start(),
        activity,
        boundary("failed", "x", error),
        user("mend"),
        end(),
        flows("start", "x", "end"),
        flows("failed", "mend", "end"),
        more=SIGNALS,
    )
    r = Runner({"p.bpmn": text, "child.bpmn": child}).start("p")
    assert r.complete("inner").waiting() == ["mend"], r.error
    assert r.complete("mend").outcome is Outcome.COMPLETED, r.error


@pytest.mark.parametrize(
    "repeats",
    [
        "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>got['n'] &lt; 2</bpmn:loopCondition>"
        "</bpmn:standardLoopCharacteristics>",
        each(over("items"), sequential=True),
        each(over("items")),
    ],
    ids=["loop", "sequential", "parallel"],
)
def test_a_repeated_receive_task_has_the_variables_of_the_process(repeats: str) -> None:
    lands = "<spiffworkflow:messageVariable>got</spiffworkflow:messageVariable>"
    inner = f"<bpmn:extensionElements>{lands}</bpmn:extensionElements>{repeats}"
    receive = element("receiveTask", "each", inner, messageRef="message_m")
    path = flows("start", "each", "after", "end")
    text = diagram("p", start(), receive, user("after"), end(), path, more=message("m"))
    r = Runner(accepted({"p.bpmn": text})).start("p", {"kept": 1, "items": [1, 2]})
    r.send("m", {"n": 1})
    while "each" in r.waiting():
        r.send("m", {"n": 2})
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error
    assert r.variables["kept"] == 1
    assert r.variables["got"] in ({"n": 1}, {"n": 2})
