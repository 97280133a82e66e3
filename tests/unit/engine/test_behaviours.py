"""What repeated activities throw, beside signals, to the events on them; the state is saved and loaded."""

from __future__ import annotations

import pytest

from engine.runner import Outcome, Runner
from tests.diagrams import (
    boundary,
    coded,
    declared,
    diagram,
    end,
    flows,
    message,
    message_definition,
    sent,
    start,
    user,
)
from tests.unit.engine.accepted import accepted

MORE = (
    message("told")
    + declared("error", "E1", variable="heard")
    + declared("escalation", "X1", variable="heard")
    + declared("escalation", "X2")
)
# By its kind: what the activity throws, what waits for it, and what comes with it.
KINDS = {
    "message": (sent("told", "{'answer': answer}"), message_definition("told", "heard"), {"answer": 7}),
    "error": (coded("error", "E1"), coded("error", "E1"), {"code": "E1", "message": "E1"}),
    "escalation": (coded("escalation", "X1"), coded("escalation", "X1"), {"code": "X1", "name": "X1"}),
}


def loop(attributes: str, more: str = "", *, sequential: bool = False) -> str:
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" {attributes}>'
        f"<bpmn:loopCardinality>3</bpmn:loopCardinality>{more}</bpmn:multiInstanceLoopCharacteristics>"
    )


def behaving(characteristics: str, thrown: str = "", *, interrupting: bool, **taken: str) -> Runner:
    """A repeated user task with events on it, each of which leads to a user task ``note_…``."""
    named = thrown.replace("EventDefinition", 'EventDefinition id="thrown"', 1)
    text = diagram(
        "p",
        start(),
        user("x", inner=characteristics),
        end(),
        flows("start", "x", "end"),
        *(boundary(name, "x", definition, interrupting=interrupting) for name, definition in taken.items()),
        *(user(f"note_{name}") + end(f"end_{name}") for name in taken),
        *(flows(name, f"note_{name}", f"end_{name}") for name in taken),
        more=MORE + named,
    )
    return Runner(accepted({"p.bpmn": text})).start("p")


def notes(r: Runner) -> list[str]:
    return [name for name in r.waiting() if name.startswith("note")]


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("kind", ["message", "escalation"])
@pytest.mark.parametrize(("behavior", "expected"), [("None", 3), ("One", 1)])
def test_messages_and_escalations_for_each_instance_or_the_first(
    sequential: bool, kind: str, behavior: str, expected: int
) -> None:
    thrown, taken, known = KINDS[kind]
    attributes = f'behavior="{behavior}" {behavior.lower()}BehaviorEventRef="thrown"'
    r = behaving(loop(attributes, sequential=sequential), thrown, interrupting=False, heard=taken)
    for _ in range(3):
        r.complete("x", {"answer": 7})
    assert notes(r) == ["note_heard"] * expected
    for _ in range(expected):
        r.complete("note_heard")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["heard"] == known


@pytest.mark.parametrize("kind", KINDS)
def test_a_complex_behaviour_interrupts_with_what_it_throws(kind: str) -> None:
    thrown, taken, known = KINDS[kind]
    complex_one = (
        "<bpmn:complexBehaviorDefinition><bpmn:condition>answer == 7</bpmn:condition>"
        f"<bpmn:event>{thrown}</bpmn:event></bpmn:complexBehaviorDefinition>"
    )
    r = behaving(loop('behavior="Complex"', complex_one), interrupting=True, heard=taken)
    assert r.complete("x", {"answer": 1}).waiting().count("x") == 2
    assert [name for name in r.complete("x", {"answer": 7}).waiting() if name != "heard"] == ["note_heard"]
    r.complete("note_heard")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["heard"] == known


@pytest.mark.parametrize(("code", "heard"), [("X1", "named"), ("X2", "any")])
def test_an_escalation_goes_to_the_event_that_names_it_before_one_for_any(code: str, heard: str) -> None:
    r = behaving(
        loop('behavior="One" oneBehaviorEventRef="thrown"'),
        coded("escalation", code),
        interrupting=False,
        any=coded("escalation"),
        named=coded("escalation", "X1"),
    )
    assert notes(r.complete("x")) == [f"note_{heard}"]


def test_a_message_that_comes_from_outside_is_taken_too() -> None:
    thrown, taken, _ = KINDS["message"]
    r = behaving(loop('behavior="One" oneBehaviorEventRef="thrown"'), thrown, interrupting=False, heard=taken)
    assert notes(r.send("told", {"answer": 1}).complete("x", {"answer": 2})) == ["note_heard"] * 2
