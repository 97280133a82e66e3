"""What the engine would not execute is refused with the element, its line and the reason."""

from __future__ import annotations

import pytest

from engine.lint import Severity
from engine.lint.support import EVENTS
from tests.diagrams import diagram, element, end, flows, script, start, timer, user
from tests.unit.lint.bundles import check, found

SIGNAL = '<bpmn:signal id="sig" name="sig"/>'


def around(inner: str, path: tuple[str, ...] = ("start", "x", "end"), more: str = "") -> str:
    """A diagram with one element, ``x``, on line 5."""
    return diagram("p", start(), inner, end(), flows(*path), more=more)


@pytest.mark.parametrize(
    ("position", "definition"),
    [
        ("startEvent", "errorEventDefinition"),
        ("intermediateCatchEvent", "errorEventDefinition"),
        ("intermediateThrowEvent", "timerEventDefinition"),
        ("boundaryEvent", "terminateEventDefinition"),
        ("endEvent", "timerEventDefinition"),
    ],
)
def test_events_that_the_standard_does_not_have(position: str, definition: str) -> None:
    assert (position, definition) not in EVENTS
    inner = timer("'PT1H'") if definition == "timerEventDefinition" else f"<bpmn:{definition}/>"
    event = element(position, "x", inner, **({"attachedToRef": "u"} if position == "boundaryEvent" else {}))
    text = diagram("p", start(), event, user("u"), end(), flows("start", "u", "end"))
    findings = [f for f in check(text) if f.rule == "bpmn.unsupported_event"]
    assert [(f.line, f.element_id) for f in findings] == [(5, "x")]


def test_an_event_with_two_definitions_that_can_not_be_together() -> None:
    inner = '<bpmn:linkEventDefinition name="l"/>' + timer('"PT1H"')
    assert found(around(element("intermediateCatchEvent", "x", inner)), "bpmn.unsupported_event").line == 5


def test_a_catch_event_that_waits_for_nothing() -> None:
    assert found(around(element("intermediateCatchEvent", "x")), "bpmn.unsupported_event").line == 5


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        (element("task", "x", startQuantity="0"), "bpmn.quantity"),
        (element("task", "x", completionQuantity="1001"), "bpmn.quantity"),
        (
            element("scriptTask", "x", "<bpmn:script>x = 1</bpmn:script>", scriptFormat="javascript"),
            "bpmn.script_format",
        ),
        (element("scriptTask", "x"), "bpmn.script_missing"),
        (element("complexGateway", "x"), "bpmn.no_activation"),
        (
            script(
                "x",
                "a = 1",
                "<bpmn:extensionElements><spiffworkflow:preScript>b = 1</spiffworkflow:preScript>"
                "</bpmn:extensionElements>",
            ),
            "bpmn.extension_without_effect",
        ),
        (
            element(
                "task",
                "x",
                "<bpmn:extensionElements><spiffworkflow:variableName>v</spiffworkflow:variableName>"
                "</bpmn:extensionElements>",
            ),
            "bpmn.extension_without_effect",
        ),
        (element("task", "x", "<bpmn:standardLoopCharacteristics/>"), "bpmn.loop_endless"),
        (element("task", "x", "<bpmn:multiInstanceLoopCharacteristics/>"), "bpmn.multi_instance_source"),
        (
            element(
                "task",
                "x",
                "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>items"
                '</bpmn:loopDataInputRef><bpmn:inputDataItem id="a" name="b"/>'
                "</bpmn:multiInstanceLoopCharacteristics>",
            ),
            "bpmn.item_name",
        ),
    ],
)
def test_what_would_have_no_effect(inner: str, rule: str) -> None:
    finding = found(around(inner), rule)
    assert (finding.severity, finding.line, finding.element_id) == (Severity.ERROR, 5, "x")


def test_an_attribute_of_another_engine() -> None:
    text = around(element("userTask", "x")).replace(
        '<bpmn:userTask id="x"',
        '<bpmn:userTask xmlns:c="http://camunda.org/schema/1.0/bpmn" c:formKey="f" id="x"',
    )
    assert found(text, "bpmn.foreign_attribute").element_id == "x"


def test_the_variable_of_a_message_in_its_old_place() -> None:
    declared = (
        '<bpmn:message id="message_m" name="m"><bpmn:extensionElements><spiffworkflow:messageVariable>v'
        "</spiffworkflow:messageVariable></bpmn:extensionElements></bpmn:message>"
    )
    event = element("intermediateCatchEvent", "x", '<bpmn:messageEventDefinition messageRef="message_m"/>')
    assert found(around(event, more=declared), "bpmn.message_variable_place").severity is Severity.WARNING
