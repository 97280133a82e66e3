"""Shapes that surprise, shapes that are sound, and those that span several files."""

from __future__ import annotations

import pytest

from engine.lint import Severity
from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flow,
    flows,
    message,
    message_definition,
    start,
    timer,
    user,
)
from tests.unit.lint.bundles import check, found

ERROR_END = '<bpmn:errorEventDefinition errorRef="err"/>'
ERROR = '<bpmn:error id="err" name="err" errorCode="E1"/>'
TERMINATE = "<bpmn:terminateEventDefinition/>"


def gateway(element_id: str, kind: str = "exclusive", **attributes: str) -> str:
    return element(f"{kind}Gateway", element_id, **attributes)


@pytest.mark.parametrize(
    ("rule", "line", "text"),
    [
        (
            "bpmn.no_default",
            5,
            diagram(
                "p",
                start(),
                gateway("g"),
                end("a"),
                end("b"),
                flow("g", "a", "1 == 1"),
                flow("g", "b", "1 == 2"),
                flows("start", "g"),
            ),
        ),
        ("bpmn.unnamed", 5, diagram("p", start(), '<bpmn:task id="x"/>', end(), flows("start", "x", "end"))),
        (
            "bpmn.join_incomplete",
            6,
            diagram(
                "p",
                start(),
                element("startEvent", "heard", message_definition("ping")),
                gateway("j", "parallel"),
                end(),
                flows("start", "j", "end"),
                flows("heard", "j"),
                more=message("ping"),
            ),
        ),
        (
            "bpmn.join_incomplete",
            8,
            diagram(
                "p",
                start(),
                gateway("g", default="g-a"),
                user("a"),
                user("b"),
                gateway("j", "parallel"),
                end(),
                flows("start", "g", "a", "j", "end"),
                flow("g", "b", "1 == 1"),
                flows("b", "j"),
            ),
        ),
        (
            "bpmn.join_incomplete",
            9,
            diagram(
                "p",
                start(),
                gateway("g", "parallel"),
                user("a"),
                user("b"),
                boundary("t", "a", timer('"PT1H"')),
                gateway("j", "parallel"),
                end(),
                flows("start", "g", "a", "j", "end"),
                flows("g", "b", "j"),
                flows("t", "j"),
            ),
        ),
        (
            "bpmn.join_incomplete",
            6,
            diagram(
                "p",
                start(),
                gateway("g", default="g-j"),
                gateway("j", "parallel"),
                user("b"),
                end(),
                flows("start", "g", "j", "end"),
                flow("g", "b", "1 == 1"),
                flows("b", "j"),
            ),
        ),
        ("bpmn.file_name", 3, diagram("other", start(), end(), flows("start", "end"))),
    ],
)
def test_warnings(rule: str, line: int, text: str) -> None:
    finding = found(text, rule)
    assert (finding.severity, finding.line) == (Severity.WARNING, line)


def test_endless_loops_are_noticed() -> None:
    text = diagram(
        "p",
        start(),
        gateway("g", "parallel"),
        user("x"),
        gateway("j"),
        end(),
        flows("start", "g", "j", "x", "j"),
        flows("g", "end"),
    )
    assert {f.element_id for f in check(text) if f.rule == "bpmn.no_way_to_end"} == {"x", "j"}


@pytest.mark.parametrize(
    "text",
    [
        diagram(
            "p",
            start(),
            gateway("g", "parallel"),
            user("a"),
            user("b"),
            gateway("j", "parallel"),
            end(),
            flows("start", "g", "a", "j", "end"),
            flows("g", "b", "j"),
        ),
        # An activity splits without a gateway.
        diagram(
            "p",
            start(),
            user("x"),
            user("a"),
            user("b"),
            gateway("j", "parallel"),
            end(),
            flows("start", "x", "a", "j", "end"),
            flows("x", "b", "j"),
        ),
        # An activity chooses without a gateway; one of three tokens is enough to go on.
        diagram(
            "p",
            start(),
            element("task", "x", default="x-b"),
            user("a"),
            user("b"),
            element(
                "complexGateway",
                "j",
                "<bpmn:activationCondition>activationCount > 0</bpmn:activationCondition>",
            ),
            end(),
            flows("start", "x", "b", "j", "end"),
            flow("x", "a", "1 == 1"),
            flows("a", "j"),
        ),
        # Both ways of a choice meet before the join.
        diagram(
            "p",
            start(),
            gateway("g", "parallel"),
            gateway("x", default="x-a"),
            user("a"),
            user("b"),
            gateway("m"),
            user("c"),
            gateway("j", "parallel"),
            end(),
            flows("start", "g", "x", "a", "m", "j", "end"),
            flow("x", "b", "1 == 1"),
            flows("b", "m"),
            flows("g", "c", "j"),
        ),
        # A choice before the split.
        diagram(
            "p",
            start(),
            gateway("x", default="x-g"),
            gateway("g", "parallel"),
            user("a"),
            user("b"),
            gateway("j", "parallel"),
            end(),
            end("e2"),
            flows("start", "x", "g", "a", "j", "end"),
            flows("g", "b", "j"),
            flow("x", "e2", "1 == 1"),
        ),
        # A way that is left before the join is another matter than one that starves it.
        diagram(
            "p",
            start(),
            gateway("x"),
            user("a"),
            gateway("y", default="y-end"),
            end(),
            flows("start", "x", "a", "y", "end"),
            flow("y", "x", "1 == 1"),
        ),
        diagram(
            "p",
            start(),
            element("subProcess", "sub", start("s2") + end("e2", ERROR_END) + flows("s2", "e2")),
            boundary("b", "sub", ERROR_END),
            end(),
            flows("start", "sub", "end"),
            flows("b", "end"),
            more=ERROR,
        ),
        diagram(
            "p",
            start(),
            gateway("g", "parallel"),
            user("a"),
            end(),
            end("t", TERMINATE),
            flows("start", "g", "a", "end"),
            flows("g", "t"),
        ),
    ],
)
def test_sound_shapes_pass(text: str) -> None:
    assert {f.rule for f in check(text)} <= {"ref.no_form"}


def test_ids_are_unique_in_a_bundle() -> None:
    sub = element("subProcess", "same", start("s2") + end("e2") + flows("s2", "e2"))
    files = {
        name + ".bpmn": diagram(name, start(), sub, end(), flows("start", "same", "end"))
        for name in ("one", "two")
    }
    assert found(files, "bpmn.duplicate_id").file == "two.bpmn"


def test_an_error_that_a_caller_does_not_catch() -> None:
    called = diagram("called", start(), end("x", ERROR_END), flows("start", "x"), more=ERROR)
    call = element("callActivity", "call", calledElement="called")
    bare = diagram("p", start(), call, end(), flows("start", "call", "end"))
    catching = diagram(
        "p",
        start(),
        call,
        boundary("b", "call", "<bpmn:errorEventDefinition/>"),
        end(),
        flows("start", "call", "end"),
        flows("b", "end"),
    )
    assert found({"p.bpmn": bare, "called.bpmn": called}, "bpmn.error_uncaught").file == "called.bpmn"
    assert check({"p.bpmn": catching, "called.bpmn": called}) == []
