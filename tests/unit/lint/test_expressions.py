"""Expressions and scripts are in the safe language, and timers name times with their zones."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest

from engine.lint import Severity
from tests.diagrams import diagram, element, end, flow, flows, message, script, service, start, timer, user
from tests.unit.lint.bundles import check, found


def around(inner: str, more: str = "") -> str:
    """A diagram with one element, ``x``, on line 5."""
    return diagram("p", start(), inner, end(), flows("start", "x", "end"), more=more)


def catching(definition: str) -> str:
    return around(element("intermediateCatchEvent", "x", definition))


def date(body: str) -> str:
    return catching(
        f"<bpmn:timerEventDefinition><bpmn:timeDate>{escape(body)}</bpmn:timeDate></bpmn:timerEventDefinition>"
    )


def pre(code: str) -> str:
    return element(
        "task",
        "x",
        f"<bpmn:extensionElements><spiffworkflow:preScript>{code}</spiffworkflow:preScript>"
        "</bpmn:extensionElements>",
    )


def loop(inner: str) -> str:
    return around(user("x", inner=inner))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("expr.refused", around(script("x", "import os"))),
        ("expr.refused", around(script("x", "a = b.__class__"))),
        ("expr.refused", around(pre("while True: pass"))),
        ("expr.refused", around(service("x", "case.close", case_id="lambda: 1"))),
        ("expr.refused", around(user("x", "().__class__"))),
        ("expr.refused", around(user("x", "shop id"))),
        ("expr.empty", around(user("x", " "))),
        ("expr.foreign_constant", around(service("x", "case.close", case_id="true"))),
        ("expr.not_a_name", around(service("x", "case.close", "not a name", case_id="1"))),
        (
            "expr.refused",
            loop(
                "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>a b</bpmn:loopCondition>"
                "</bpmn:standardLoopCharacteristics>"
            ),
        ),
        (
            "expr.not_a_name",
            loop(
                "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>a-b"
                "</bpmn:loopDataInputRef></bpmn:multiInstanceLoopCharacteristics>"
            ),
        ),
        ("timer.unquoted", catching(timer("PT48H"))),
        ("timer.unquoted", catching(timer("P7D"))),
        ("timer.invalid", catching(timer('"48 hours"'))),
        ("timer.invalid", catching(timer("48"))),
        ("timer.invalid", catching(timer('"-PT1H"'))),
        ("timer.invalid", catching(timer('"P99999999Y"'))),
        ("timer.empty", catching("<bpmn:timerEventDefinition/>")),
        ("timer.invalid", date('"2026-01-01T00:00:00"')),
        ("timer.invalid", date('"soon"')),
        ("timer.invalid", date('"PT1H"')),
    ],
)
def test_what_can_not_be_computed(code: str, text: str) -> None:
    finding = found(text, code)
    assert (finding.severity, finding.line, finding.element_id) == (Severity.ERROR, 5, "x")


def test_a_condition_outside_the_language() -> None:
    text = diagram(
        "p",
        start(),
        element("exclusiveGateway", "g", default="g-end"),
        end(),
        end("b"),
        flows("start", "g", "end"),
        flow("g", "b", "amount &&& 3"),
    )
    finding = found(text, "expr.refused")
    assert (finding.line, finding.element_id) == (10, "g-b")


def test_a_message_variable_that_is_no_name() -> None:
    definition = (
        '<bpmn:messageEventDefinition messageRef="message_m"><bpmn:extensionElements>'
        "<spiffworkflow:messageVariable>a b</spiffworkflow:messageVariable>"
        "</bpmn:extensionElements></bpmn:messageEventDefinition>"
    )
    text = around(element("intermediateCatchEvent", "x", definition), more=message("m"))
    assert found(text, "expr.not_a_name").element_id == "x"


@pytest.mark.parametrize(
    "text",
    [
        catching(timer('"PT48H"')),
        catching(timer('"P1M"')),
        catching(timer('limits["seller_decides"]')),
        catching(timer('"PT1H" if urgent else "PT2H"')),
        date('"2026-01-01T00:00:00+08:00"'),
        date('"2026-01-01T00:00:00Z"'),
        date("promised_at"),
        around(script("x", "total = 0\nfor line in lines:\n    total += line['amount']")),
        around(service("x", "case.close", case_id="case_id", outcome="'refunded' if ok else 'closed'")),
    ],
)
def test_what_can_be_computed(text: str) -> None:
    assert check(text) == []
