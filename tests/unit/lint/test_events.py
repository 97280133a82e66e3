"""Rules about events: what they refer to, and where they may stand."""

from __future__ import annotations

import pytest

from engine.lint import Severity
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
    link,
    listening,
    message,
    signal,
    start,
    timer,
    user,
)
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
    for life, rule in (
        ("PT2H", "life.unquoted"),
        ("a b", "expr.refused"),
        ("'P2Y'", "life.invalid"),
        ("'R3/PT1H'", "life.invalid"),
        ("48", "life.invalid"),
        ("", "expr.empty"),
    ):
        lives = (
            key.replace("businessKey", "timeToLive")
            .replace("a b", life)
            .replace("candidateGroup", "businessKey")
        )
        sender = element("endEvent", "x", lives + '<bpmn:messageEventDefinition messageRef="message_m"/>')
        text = diagram("p", start(), sender, flows("start", "x"), more=message("m"))
        assert found(text, rule).element_id == "x"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("ref.escalation", line(element("intermediateThrowEvent", "x", coded("escalation", "nowhere")))),
        ("bpmn.link_unresolved", line(element("intermediateThrowEvent", "x", link("on")))),
        ("bpmn.link_flow", line(element("intermediateThrowEvent", "x", link("on")))),
        ("bpmn.link_flow", line(element("intermediateCatchEvent", "x", link("on")))),
        ("bpmn.event_subprocess_flow", line(listening("x", timer("'PT1H'"), user("work")))),
        (
            "bpmn.event_subprocess_start",
            diagram(
                "p",
                start(),
                element("subProcess", "x", end("x_end"), triggeredByEvent="true"),
                end(),
                flows("start", "end"),
            ),
        ),
        (
            "bpmn.error_interrupts",
            diagram(
                "p",
                start(),
                listening("s", coded("error"), user("work"), interrupting=False).replace("s_start", "x"),
                end(),
                flows("start", "end"),
            ),
        ),
        (
            "bpmn.parallel_timer",
            diagram(
                "p",
                start() + user("u"),
                element(
                    "boundaryEvent",
                    "x",
                    timer("'PT1H'") + condition("n > 1"),
                    attachedToRef="u",
                    cancelActivity="false",
                    parallelMultiple="true",
                ),
                end(),
                flows("start", "u", "end"),
                flows("x", "end"),
            ),
        ),
    ],
)
def test_what_would_do_something_else(rule: str, text: str) -> None:
    finding = found(text, rule)
    assert (finding.severity, finding.element_id) == (Severity.ERROR, "x")
    assert finding.line == 5 or rule == "bpmn.error_interrupts"


def test_two_that_catch_one_link() -> None:
    text = diagram(
        "p",
        start(),
        element("intermediateThrowEvent", "out", link("on")),
        element("intermediateCatchEvent", "one", link("on")),
        element("intermediateCatchEvent", "x", link("on")),
        end(),
        flows("start", "out"),
        flows("one", "end"),
        flows("x", "end"),
    )
    assert found(text, "bpmn.link_twice").element_id == "x"


def test_a_link_that_nobody_throws_is_not_reached() -> None:
    text = diagram(
        "p",
        start(),
        element("intermediateCatchEvent", "x", link("on")),
        end(),
        flows("start", "end"),
        flows("x", "end"),
    )
    assert found(text, "bpmn.unreachable").element_id == "x"


def test_an_escalation_on_what_throws_none() -> None:
    declared_late = declared("escalation", "late")
    on_task = boundary("late", "x", coded("escalation", "late"))
    text = line(user("x"), on_task, flows("late", "end"), more=declared_late)
    assert found(text, "bpmn.escalation_place").element_id == "late"
    inner = start("s") + end("e") + flows("s", "e")
    text = line(element("subProcess", "x", inner), on_task, flows("late", "end"), more=declared_late)
    assert found(text, "bpmn.escalation_unheard").severity is Severity.WARNING
    heard = text.replace(
        '<bpmn:endEvent id="e" name="e">', f'<bpmn:endEvent id="e" name="e">{coded("escalation", "late")}'
    )
    assert check(heard) == []


def test_an_error_is_caught_by_an_event_subprocess_beside_it() -> None:
    fails = end("x", coded("error", "BAD"))
    handler = listening("esp", coded("error", "BAD"), user("work"))
    parts = (start(), fails, handler, flows("start", "x"))
    assert "bpmn.error_uncaught" not in [
        f.rule for f in check(diagram("p", *parts, more=declared("error", "BAD")))
    ]
    inside = listening("esp", coded("error", "BAD"), user("work")).replace(
        'id="esp_end" name="esp_end">', f'id="esp_end" name="esp_end">{coded("error", "BAD")}'
    )
    again = diagram("p", start(), end(), inside, flows("start", "end"), more=declared("error", "BAD"))
    assert found(again, "bpmn.error_uncaught").element_id == "esp_end"
