"""What diagrams refer to has to be there: processes, messages, tables, forms, operations."""

from __future__ import annotations

import pytest

from engine.lint import Severity, lint
from engine.operations import OperationRegistry
from tests.diagrams import diagram, element, end, flows, message, message_definition, service, start, user
from tests.unit.lint.bundles import FORM, check, found, rule, table


def around(inner: str, more: str = "") -> str:
    """A diagram with one element, ``x``, on line 5."""
    return diagram("p", start(), inner, end(), flows("start", "x", "end"), more=more)


def extended(kind: str, extension: str) -> str:
    return element(kind, "x", f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>")


def with_properties(**values: str) -> str:
    inner = "".join(f'<spiffworkflow:property name="{n}" value="{v}"/>' for n, v in values.items())
    return extended("userTask", f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>")


ASKS = extended("businessRuleTask", "<spiffworkflow:calledDecisionId>choose</spiffworkflow:calledDecisionId>")
CATCHES = element("intermediateCatchEvent", "x", message_definition("m"))
CLOSES = service("x", "case.close", case_id="'C1'")


@pytest.mark.parametrize(
    ("code", "severity", "text"),
    [
        ("ref.process", Severity.ERROR, around(element("callActivity", "x", calledElement="missing"))),
        ("ref.call_cycle", Severity.ERROR, around(element("callActivity", "x", calledElement="p"))),
        ("ref.decision", Severity.ERROR, around(ASKS)),
        ("ref.decision", Severity.ERROR, around(element("businessRuleTask", "x"))),
        ("ref.message", Severity.ERROR, around(CATCHES)),
        ("ref.operation_missing", Severity.ERROR, around(element("serviceTask", "x"))),
        ("ref.operation", Severity.ERROR, around(service("x", "case.nonsense"))),
        ("ref.result_variable", Severity.ERROR, around(service("x", "case.close", "", case_id="'C1'"))),
        ("ref.parameter_missing", Severity.ERROR, around(service("x", "case.close"))),
        (
            "ref.parameter_unknown",
            Severity.ERROR,
            around(service("x", "case.close", case_id="1", colour="2")),
        ),
        ("ref.parameter_incomplete", Severity.ERROR, around(CLOSES.replace(' type="str"', ""))),
        (
            "ref.parameter_twice",
            Severity.ERROR,
            around(
                CLOSES.replace(
                    "</spiffworkflow:parameters>",
                    '<spiffworkflow:parameter id="case_id" type="str" value="1"/></spiffworkflow:parameters>',
                )
            ),
        ),
        ("ref.no_group", Severity.ERROR, around(element("userTask", "x"))),
        ("ref.no_group", Severity.ERROR, around(element("manualTask", "x"))),
        ("ref.no_form", Severity.WARNING, around(user("x"))),
        (
            "ref.form",
            Severity.ERROR,
            around(with_properties(candidateGroup="'a'", formJsonSchemaFilename="f.form")),
        ),
        (
            "ref.property_unknown",
            Severity.WARNING,
            around(with_properties(candidateGroup="'a'", colour="red")),
        ),
        ("ref.property_incomplete", Severity.ERROR, around(user("x").replace(' name="candidateGroup"', ""))),
    ],
)
def test_dangling_references(code: str, severity: Severity, text: str) -> None:
    finding = found(text, code)
    assert (finding.severity, finding.line, finding.element_id) == (severity, 5, "x")


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("ref.message_unnamed", '<bpmn:message id="message_m"/>'),
        ("ref.error_code", '<bpmn:message id="message_m" name="m"/><bpmn:error id="err" name="err"/>'),
    ],
)
def test_declarations_that_match_nothing(code: str, more: str) -> None:
    boundary_error = (
        '<bpmn:boundaryEvent id="b" name="b" attachedToRef="y">'
        '<bpmn:errorEventDefinition errorRef="err"/></bpmn:boundaryEvent>'
    )
    declared = '<bpmn:error id="err" name="err" errorCode="E"/>' if "err" not in more else ""
    text = diagram(
        "p",
        start(),
        CATCHES,
        user("y"),
        boundary_error,
        end(),
        flows("start", "x", "y", "end"),
        flows("b", "end"),
        more=more + declared,
    )
    assert found(text, code).severity is Severity.ERROR


def test_an_error_end_without_its_error() -> None:
    text = diagram("p", start(), end("x", "<bpmn:errorEventDefinition/>"), flows("start", "x"))
    assert found(text, "ref.error").line == 5


def test_what_is_there_is_found() -> None:
    task = with_properties(candidateGroup="&quot;shop:&quot; + shop_id", formJsonSchemaFilename="note.form")
    files = {
        "p.bpmn": around(task),
        "q.bpmn": diagram("q", start(), ASKS, end(), flows("start", "x", "end")),
        "r.bpmn": diagram("r", start(), CATCHES, end(), flows("start", "x", "end"), more=message("m")),
        "s.bpmn": diagram(
            "s", start(), element("callActivity", "x", calledElement="p"), end(), flows("start", "x", "end")
        ),
        "t.bpmn": diagram("t", start(), CLOSES, end(), flows("start", "x", "end")),
        "choose.dmn": table(rule(1, '"a"', "-")),
        "forms/note.form": FORM,
    }
    assert check(files) == []


def test_a_lane_is_a_candidate_group() -> None:
    lanes = (
        '<bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="platform"><bpmn:flowNodeRef>x</bpmn:flowNodeRef>'
        "</bpmn:lane></bpmn:laneSet>"
    )
    text = diagram("p", lanes, start(), element("manualTask", "x"), end(), flows("start", "x", "end"))
    assert check(text) == []


def test_a_broken_file_makes_nothing_missing() -> None:
    files = {"p.bpmn": around(element("callActivity", "x", calledElement="q")), "q.bpmn": "broken"}
    assert [f.rule for f in check(files)] == ["xml.not_well_formed"]


@pytest.mark.parametrize(
    ("lane", "given", "unknown"),
    [("仓库", "", True), (" Agent ", "", False), ("仓库", with_properties(candidateGroup="'shop:1'"), False)],
)
def test_a_lane_that_is_nobody_s_is_told(lane: str, given: str, unknown: bool) -> None:
    """Its tasks would stand in no list; where the business names no people, every lane may be somebody's."""
    task = given or element("userTask", "x")
    lanes = (
        f'<bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="{lane}">'
        "<bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    text = diagram("p", lanes, start(), task, end(), flows("start", "x", "end"))
    business = OperationRegistry()
    business.people = frozenset({"agent"})
    told = {finding.rule: finding for finding in lint({"p.bpmn": text}, business)}
    assert ("ref.lane_unknown" in told) is unknown
    assert not unknown or told["ref.lane_unknown"].severity is Severity.WARNING
    assert "ref.lane_unknown" not in {finding.rule for finding in check(text)}
