"""Rules about events: what they refer to, and where they may stand."""

from __future__ import annotations

import pytest

from tests.diagrams import boundary, cycle, diagram, element, end, flows, message, signal, start, timer, user
from tests.unit.lint.bundles import check, found

SIGNAL = '<bpmn:signalEventDefinition signalRef="{}"/>'


def line(*elements: str, more: str = "") -> str:
    """Start, ``x``, end; ``x`` stands on line 5."""
    return diagram("p", start(), *elements, end(), flows("start", "x", "end"), more=more)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("ref.signal", line(element("intermediateThrowEvent", "x", SIGNAL.format("nowhere")))),
        ("ref.message", line(element("sendTask", "x", messageRef="nowhere"))),
        ("ref.message", line(element("receiveTask", "x"))),
        ("timer.cycle_place", line(element("intermediateCatchEvent", "x", cycle("'R3/PT1H'")))),
        ("timer.unquoted", line(element("intermediateCatchEvent", "x", cycle("R3/PT1H")))),
        ("timer.invalid", line(element("intermediateCatchEvent", "x", cycle("'R0/PT1H'")))),
    ],
)
def test_an_event_that_refers_to_nothing(rule: str, text: str) -> None:
    finding = found(text, rule)
    assert (finding.line, finding.element_id) == (5, "x")


def test_a_signal_without_a_name() -> None:
    throw = element("intermediateThrowEvent", "x", SIGNAL.format("s"))
    assert found(line(throw, more='<bpmn:signal id="s"/>'), "ref.signal_unnamed").element_id == "s"


def test_a_cycle_on_a_boundary_event() -> None:
    def bound(*, interrupting: bool) -> str:
        event = boundary("late", "x", cycle("'R3/PT1H'"), interrupting=interrupting)
        return line(user("x"), event, flows("late", "end"))

    assert found(bound(interrupting=True), "timer.cycle_place").element_id == "late"
    assert [f.rule for f in check(bound(interrupting=False))] == ["ref.no_form"]


def test_a_receive_task_with_a_boundary_event_behind_an_event_based_gateway() -> None:
    text = diagram(
        "p",
        start(),
        element("eventBasedGateway", "g"),
        element("receiveTask", "x", messageRef="message_m"),
        boundary("late", "x", timer("'PT1H'")),
        end(),
        flows("start", "g", "x", "end"),
        flows("late", "end"),
        more=message("m"),
    )
    assert found(text, "bpmn.event_gateway_target").element_id == "g-x"


def test_message_events_and_receive_tasks_behind_one_gateway() -> None:
    text = diagram(
        "p",
        start(),
        element("eventBasedGateway", "g"),
        element("receiveTask", "x", messageRef="message_m"),
        element("intermediateCatchEvent", "y", '<bpmn:messageEventDefinition messageRef="message_m"/>'),
        end(),
        flows("start", "g", "x", "end"),
        flows("g", "y", "end"),
        more=message("m"),
    )
    assert found(text, "bpmn.event_gateway_mixed").element_id == "g"


def test_a_payload_and_a_key_are_expressions() -> None:
    throw = element("intermediateThrowEvent", "x", SIGNAL.format("signal_s"))
    assert found(line(throw, more=signal("s", payload="import os")), "expr.refused").element_id == "signal_s"
    key = (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        '<spiffworkflow:property name="businessKey" value="a b"/>'
        '<spiffworkflow:property name="candidateGroup" value="a"/>'
        "</spiffworkflow:properties></bpmn:extensionElements>"
    )
    send = line(element("sendTask", "x", key, messageRef="message_m"), more=message("m"))
    assert found(send, "expr.refused").element_id == "x"
    assert found(send, "ref.property_unknown").element_id == "x"
