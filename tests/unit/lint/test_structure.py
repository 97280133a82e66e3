"""The shape of a diagram: where it starts and ends, and that tokens get through."""

from __future__ import annotations

import pytest

from engine.lint import Severity
from tests.diagrams import boundary, diagram, element, end, flow, flows, start, timer, user
from tests.unit.lint.bundles import found

ERROR_END = '<bpmn:errorEventDefinition errorRef="err"/>'
ERROR = '<bpmn:error id="err" name="err" errorCode="E1"/>'
TERMINATE = "<bpmn:terminateEventDefinition/>"


def gateway(element_id: str, kind: str = "exclusive", **attributes: str) -> str:
    return element(f"{kind}Gateway", element_id, **attributes)


GOOD = diagram("p", start(), end(), flows("start", "end"))


@pytest.mark.parametrize(
    ("rule", "line", "text"),
    [
        (
            "bpmn.one_process",
            2,
            GOOD.replace(
                "</bpmn:definitions>",
                '<bpmn:process id="q" name="q" isExecutable="true">'
                + start("s")
                + end("e")
                + flows("s", "e")
                + "</bpmn:process></bpmn:definitions>",
            ),
        ),
        ("bpmn.not_executable", 3, GOOD.replace('isExecutable="true"', 'isExecutable="false"')),
        ("bpmn.process_id", 3, diagram("BadName", start(), end(), flows("start", "end"))),
        ("bpmn.one_start", 3, diagram("p", end())),
        (
            "bpmn.one_start",
            3,
            diagram("p", start("a"), start("b"), end(), flows("a", "end"), flows("b", "end")),
        ),
        ("bpmn.no_end", 3, diagram("p", start(), user("x"), flows("start", "x"))),
        (
            "bpmn.unreachable",
            6,
            diagram("p", start(), end(), user("x"), flows("start", "end"), flows("x", "end")),
        ),
        (
            "bpmn.dead_end",
            6,
            diagram(
                "p",
                start(),
                gateway("g", "parallel"),
                user("x"),
                end(),
                flows("start", "g", "x"),
                flows("g", "end"),
            ),
        ),
        (
            "bpmn.flow_unresolved",
            6,
            diagram("p", start(), end(), flows("start", "nowhere"), flows("start", "end")),
        ),
        (
            "bpmn.flow_forbidden",
            7,
            diagram("p", start(), end(), flows("start", "end"), flows("end", "start")),
        ),
        (
            "bpmn.condition_without_gateway",
            7,
            diagram("p", start(), user("x"), end(), flow("start", "x", "1 == 1"), flows("x", "end")),
        ),
        (
            "bpmn.lone_condition",
            8,
            diagram("p", start(), user("x"), end(), flows("start", "x"), flow("x", "end", "1 == 1")),
        ),
        (
            "bpmn.flow_without_condition",
            8,
            diagram(
                "p",
                start(),
                gateway("g", default="g-a"),
                end("a"),
                end("b"),
                flow("g", "b"),
                flows("start", "g", "a"),
            ),
        ),
        (
            "bpmn.default_with_condition",
            8,
            diagram(
                "p",
                start(),
                gateway("g", default="g-a"),
                end("a"),
                end("b"),
                flow("g", "a", "1 == 1"),
                flow("g", "b", "1 == 1"),
                flows("start", "g"),
            ),
        ),
        (
            "bpmn.default_unresolved",
            5,
            diagram(
                "p",
                start(),
                gateway("g", default="start-g"),
                end("a"),
                end("b"),
                flow("g", "a", "1 == 1"),
                flow("g", "b", "1 == 1"),
                flows("start", "g"),
            ),
        ),
        (
            "bpmn.event_gateway_target",
            8,
            diagram(
                "p",
                start(),
                gateway("g", "eventBased"),
                user("x"),
                end(),
                flow("g", "x"),
                flows("start", "g"),
                flows("x", "end"),
            ),
        ),
        (
            "bpmn.error_uncaught",
            5,
            diagram("p", start(), end("x", ERROR_END), flows("start", "x"), more=ERROR),
        ),
        (
            "bpmn.boundary_unattached",
            5,
            diagram(
                "p",
                start(),
                boundary("x", "end", timer('"PT1H"')),
                end(),
                flows("start", "end"),
                flows("x", "end"),
            ),
        ),
        (
            "bpmn.flow_twice",
            6,
            diagram(
                "p",
                start(),
                gateway("g", "parallel"),
                gateway("j", "parallel"),
                end(),
                flows("start", "g", "j", "end"),
                flow("g", "j").replace('id="g-j"', 'id="again"'),
            ),
        ),
    ],
)
def test_errors(rule: str, line: int, text: str) -> None:
    finding = found(text, rule)
    assert (finding.severity, finding.line) == (Severity.ERROR, line)
