"""Data that leads nowhere is refused with its activity, its line and the reason."""

from __future__ import annotations

import pytest

from engine.lint import Severity
from tests.diagrams import diagram, element, end, flows, start
from tests.unit.lint.bundles import check, found

OBJECT = '<bpmn:dataObject id="total"/><bpmn:dataObjectReference id="ref" dataObjectRef="total"/>'
HOLD = '<bpmn:property id="hold" name="__targetRef_placeholder"/>'


def task(inner: str, *beside: str) -> str:
    """A diagram with one task, ``x``, whose parts are on line 7."""
    return diagram(
        "p",
        *(beside or (OBJECT,)),
        start(),
        element("task", "x", f"\n{inner}"),
        end(),
        flows("start", "x", "end"),
    )


def io(inputs: str = "", outputs: str = "", input_set: str = "", output_set: str = "") -> str:
    return (
        f"<bpmn:ioSpecification>{inputs}{outputs}<bpmn:inputSet>{input_set}</bpmn:inputSet>"
        f"<bpmn:outputSet>{output_set}</bpmn:outputSet></bpmn:ioSpecification>"
    )


def incoming(parts: str) -> str:
    return f"<bpmn:dataInputAssociation>{parts}</bpmn:dataInputAssociation>"


def target(reference: str) -> str:
    return f"<bpmn:targetRef>{reference}</bpmn:targetRef>"


SOURCE = "<bpmn:sourceRef>ref</bpmn:sourceRef>"
INPUT = '<bpmn:dataInput id="i" name="number"/>'
LISTED = "<bpmn:dataInputRefs>i</bpmn:dataInputRefs>"


@pytest.mark.parametrize(
    ("rule", "inner"),
    [
        ("data.sets", io(INPUT)),
        ("expr.not_a_name", io('<bpmn:dataInput id="i" name="a b"/>', input_set=LISTED)),
        ("data.value", HOLD + incoming(target("hold"))),
        ("data.value", HOLD + incoming(SOURCE + SOURCE + target("hold"))),
        ("data.end", HOLD + incoming("<bpmn:sourceRef>start</bpmn:sourceRef>" + target("hold"))),
        ("data.end", incoming(SOURCE + target("ref"))),
        ("data.end", HOLD + incoming(target("hold") + "<bpmn:transformation>1</bpmn:transformation>")),
        ("data.end", f"<bpmn:dataOutputAssociation>{target('start')}</bpmn:dataOutputAssociation>"),
        (
            "data.assignment",
            io(INPUT, input_set=LISTED)
            + incoming(
                target("i")
                + "<bpmn:assignment><bpmn:from>1</bpmn:from><bpmn:to>other</bpmn:to></bpmn:assignment>"
            ),
        ),
        (
            "expr.refused",
            io(INPUT, input_set=LISTED)
            + incoming(target("i") + "<bpmn:transformation>a b</bpmn:transformation>"),
        ),
    ],
)
def test_what_an_activity_cannot_take_or_give(rule: str, inner: str) -> None:
    finding = found(task(inner), rule)
    assert (finding.severity, finding.line, finding.element_id) == (Severity.ERROR, 7, "x")


def test_an_object_of_another_scope() -> None:
    sub = element("subProcess", "sub", OBJECT + start("s") + end("e") + flows("s", "e"))
    text = diagram(
        "p",
        start(),
        sub,
        '<bpmn:dataObjectReference id="r" dataObjectRef="total"/>',
        end(),
        flows("start", "sub", "end"),
    )
    assert found(text, "data.reference").element_id == "r"


def test_data_on_an_event_and_on_a_process() -> None:
    event = element(
        "startEvent", "start", f"<bpmn:dataOutputAssociation>{target('ref')}</bpmn:dataOutputAssociation>"
    )
    text = diagram("p", OBJECT, event, end(), flows("start", "end"))
    assert found(text, "data.place").element_id == "start"
    text = diagram("p", io(), start(), end(), flows("start", "end"))
    assert found(text, "data.place").line == 4


@pytest.mark.parametrize(
    "inner",
    [
        HOLD
        + incoming(SOURCE + target("hold"))
        + f"<bpmn:dataOutputAssociation>{target('ref')}</bpmn:dataOutputAssociation>",
        io(INPUT, input_set=LISTED)
        + incoming(SOURCE + target("i") + "<bpmn:transformation>total * 2</bpmn:transformation>"),
        '<bpmn:property id="mine"/>',
    ],
)
def test_sound_data_passes(inner: str) -> None:
    assert check(task(inner)) == []
