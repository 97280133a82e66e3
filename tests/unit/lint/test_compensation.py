"""Compensation that would never happen is refused."""

from __future__ import annotations

import pytest

from engine.lint import Severity
from tests.diagrams import boundary, diagram, element, end, flows, start
from tests.unit.lint.bundles import check, found

UNDO = "<bpmn:compensateEventDefinition/>"
LINK = '<bpmn:association id="l" sourceRef="undo" targetRef="back"/>'
BACK = element("task", "back", isForCompensation="true")


def undone(*parts: str, link: str = LINK, on: str = "", throws: str = UNDO) -> str:
    """A task ``x`` on line 5, its compensation event on line 6, and what is given behind it."""
    return diagram(
        "p",
        start(),
        element("task", "x", on),
        boundary("undo", "x", UNDO),
        *parts,
        element("intermediateThrowEvent", "throw", throws),
        end(),
        flows("start", "x", "throw", "end"),
        link,
    )


def test_a_sound_compensation_passes() -> None:
    assert check(undone(BACK)) == []
    assert check(undone(BACK, throws='<bpmn:compensateEventDefinition activityRef="x"/>')) == []


TWICE = LINK + LINK.replace('"l"', '"m"').replace("undo", "again")
LOOP = '<bpmn:standardLoopCharacteristics loopMaximum="2"/>'


@pytest.mark.parametrize(
    ("rule", "line", "text"),
    [
        ("bpmn.compensation_handler", 6, undone(link="")),
        ("bpmn.compensation_handler", 8, undone(BACK, boundary("again", "x", UNDO), link=TWICE)),
        ("bpmn.compensation_flow", 6, undone(BACK, flows("undo", "end"))),
        ("bpmn.compensation_flow", 7, undone(BACK, flows("back", "end"))),
        ("bpmn.compensation_repeated", 6, undone(BACK, on=LOOP)),
        ("bpmn.compensation_unused", 8, undone(BACK, BACK.replace("back", "alone"))),
        (
            "bpmn.compensation_target",
            8,
            undone(BACK, throws='<bpmn:compensateEventDefinition activityRef="back"/>'),
        ),
    ],
)
def test_what_would_never_be_undone(rule: str, line: int, text: str) -> None:
    finding = found(text, rule)
    assert (finding.severity, finding.line) == (Severity.ERROR, line)


def test_a_handler_with_boundary_events() -> None:
    error = '<bpmn:errorEventDefinition errorRef="err"/>'
    text = undone(BACK, boundary("b", "back", error), flows("b", "end")).replace(
        "</bpmn:definitions>", '<bpmn:error id="err" name="e" errorCode="E"/></bpmn:definitions>'
    )
    assert found(text, "bpmn.handler_boundary").element_id == "back"


def test_two_compensation_event_subprocesses() -> None:
    def instead(name: str) -> str:
        inner = element("startEvent", f"s_{name}", UNDO) + end(f"e_{name}") + flows(f"s_{name}", f"e_{name}")
        return element("subProcess", name, inner, triggeredByEvent="true")

    assert check(undone(BACK, instead("one"))) == []
    assert found(undone(BACK, instead("one"), instead("two")), "bpmn.compensation_twice").element_id == "two"
