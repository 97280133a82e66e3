"""What a multi-instance activity throws must be there, and be taken."""

from __future__ import annotations

import pytest

from tests.diagrams import boundary, diagram, element, end, flows, start
from tests.unit.lint.bundles import check, found

SIGNALS = (
    '<bpmn:signal id="done" name="done"/><bpmn:signal id="other" name="other"/>'
    '<bpmn:signalEventDefinition id="done_event" signalRef="done"/>'
)


def drawn(attributes: str, more: str = "", heard: str = "done") -> str:
    loop = (
        f"<bpmn:multiInstanceLoopCharacteristics {attributes}><bpmn:loopCardinality>2</bpmn:loopCardinality>"
        f"{more}</bpmn:multiInstanceLoopCharacteristics>"
    )
    event = boundary("b", "x", f'<bpmn:signalEventDefinition signalRef="{heard}"/>')
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
    ],
)
def test_sound_behaviours_pass(text: str) -> None:
    assert check(text) == []
