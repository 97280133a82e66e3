"""What a multi-instance activity throws must be there, and be taken."""

from __future__ import annotations

import pytest

from tests.diagrams import (
    boundary,
    coded,
    declared,
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    start,
)
from tests.unit.lint.bundles import check, found

SIGNALS = (
    '<bpmn:signal id="done" name="done"/><bpmn:signal id="other" name="other"/>'
    '<bpmn:signalEventDefinition id="done_event" signalRef="done"/>'
    + message("told")
    + declared("escalation", "X1")
    + declared("escalation", "X2")
    + '<bpmn:messageEventDefinition id="told_event" messageRef="message_told"/>'
    '<bpmn:escalationEventDefinition id="late_event" escalationRef="escalation_X1"/>'
    '<bpmn:escalationEventDefinition id="vague_event"/>'
    '<bpmn:terminateEventDefinition id="over_event"/>'
)
ONE = 'behavior="One" oneBehaviorEventRef="{}_event"'


def drawn(attributes: str, more: str = "", heard: str = "done", taken: str = "") -> str:
    loop = (
        f"<bpmn:multiInstanceLoopCharacteristics {attributes}><bpmn:loopCardinality>2</bpmn:loopCardinality>"
        f"{more}</bpmn:multiInstanceLoopCharacteristics>"
    )
    event = boundary("b", "x", taken or f'<bpmn:signalEventDefinition signalRef="{heard}"/>')
    parts = (start(), element("task", "x", loop), event, end(), flows("start", "x", "end"), flows("b", "end"))
    return diagram("p", *parts, more=SIGNALS)


def complex_one(condition: str = "numberOfCompletedInstances > 1", signal: str = "done") -> str:
    return (
        "<bpmn:complexBehaviorDefinition>"
        f"<bpmn:condition>{condition.replace('>', '&gt;')}</bpmn:condition>"
        f'<bpmn:event><bpmn:signalEventDefinition signalRef="{signal}"/></bpmn:event>'
        "</bpmn:complexBehaviorDefinition>"
    )


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("bpmn.behavior_event", drawn('behavior="None"')),
        ("bpmn.behavior_event", drawn('behavior="One" oneBehaviorEventRef="nothing"')),
        ("bpmn.behavior_event", drawn('behavior="One" oneBehaviorEventRef="done_event"', heard="other")),
        ("bpmn.behavior_event", drawn('behavior="Complex"')),
        ("bpmn.behavior_event", drawn('behavior="Complex"', complex_one(signal="other"))),
        ("bpmn.behavior_event", drawn(ONE.format("told"))),
        ("bpmn.behavior_event", drawn(ONE.format("late"), taken=coded("escalation", "X2"))),
        ("bpmn.behavior_event", drawn(ONE.format("vague"), taken=coded("escalation"))),
        ("bpmn.behavior_event", drawn(ONE.format("over"))),
        ("bpmn.unsupported_attribute", drawn('noneBehaviorEventRef="done_event"')),
        ("bpmn.unsupported_element", drawn("", complex_one())),
        ("expr.refused", drawn('behavior="Complex"', complex_one("a b"))),
    ],
)
def test_what_would_be_thrown_to_nobody(rule: str, text: str) -> None:
    assert found(text, rule).element_id == "x"


@pytest.mark.parametrize(
    "text",
    [
        drawn('behavior="None" noneBehaviorEventRef="done_event"'),
        drawn('behavior="One" oneBehaviorEventRef="done_event"'),
        drawn('behavior="Complex"', complex_one()),
        drawn(ONE.format("told"), taken=message_definition("told")),
        drawn(ONE.format("late"), taken=coded("escalation")),
        drawn(ONE.format("late"), taken=coded("escalation", "X1")),
    ],
)
def test_sound_behaviours_pass(text: str) -> None:
    assert check(text) == []


@pytest.mark.parametrize("sequential", [True, False])
def test_receive_tasks_that_wait_side_by_side_are_warned_of(sequential: bool) -> None:
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        "<bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    receive = element("receiveTask", "x", loop, messageRef="message_m")
    text = diagram("p", start(), receive, end(), flows("start", "x", "end"), more=message("m"))
    rules = [(finding.rule, finding.element_id) for finding in check(text)]
    assert (("bpmn.receive_together", "x") in rules) is not sequential
