"""How the diagrams are drawn and named: people read them, and modelers open them."""

from __future__ import annotations

import itertools
import re

import pytest
from lxml import etree

from engine.lint import lint
from tests.process.bundle import BPMN, files, registry, roots

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
LAYOUT = "{http://www.omg.org/spec/DD/20100524/DI}"
PREFIXES = {
    "startEvent": "event_",
    "endEvent": "event_",
    "boundaryEvent": "event_",
    "intermediateCatchEvent": "event_",
    "exclusiveGateway": "gateway_",
    "parallelGateway": "gateway_",
    "eventBasedGateway": "gateway_",
    "sequenceFlow": "flow_",
    "callActivity": "call_",
    "subProcess": "sub_",
    "userTask": "task_",
    "serviceTask": "task_",
    "scriptTask": "task_",
    "businessRuleTask": "task_",
}
DIAGRAMS = sorted(roots())
CHINESE = re.compile(r"[\u4e00-\u9fff]")

Box = tuple[float, float, float, float]
Point = tuple[float, float]


def _elements(root: etree._Element) -> list[etree._Element]:
    return [e for e in root.iter("{*}*") if e.tag.removeprefix(BPMN) in PREFIXES]


def _boxes(root: etree._Element) -> dict[str, Box]:
    boxes = {}
    for shape in root.iter(f"{DI}BPMNShape"):
        bounds = shape.find(f"{DC}Bounds")
        assert bounds is not None
        x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
        boxes[shape.get("bpmnElement", "")] = (x, y, x + width, y + height)
    return boxes


def _lines(root: etree._Element) -> dict[str, list[Point]]:
    return {
        edge.get("bpmnElement", ""): [
            (float(point.get("x", "")), float(point.get("y", ""))) for point in edge.iter(f"{LAYOUT}waypoint")
        ]
        for edge in root.iter(f"{DI}BPMNEdge")
    }


def test_the_bundle_passes_the_linter() -> None:
    assert lint(files(), registry()) == []


@pytest.mark.parametrize("name", DIAGRAMS)
def test_one_process_a_file_named_after_it(name: str) -> None:
    processes = list(roots()[name].iter(f"{BPMN}process"))
    assert [p.get("id") for p in processes] == [name.removesuffix(".bpmn")]
    assert processes[0].get("isExecutable") == "true"
    assert CHINESE.search(processes[0].get("name", ""))
    assert processes[0].findtext(f"{BPMN}documentation")


@pytest.mark.parametrize("name", DIAGRAMS)
def test_elements_are_named_in_both_languages(name: str) -> None:
    for element in _elements(roots()[name]):
        kind, element_id = element.tag.removeprefix(BPMN), element.get("id", "")
        assert element_id.startswith(PREFIXES[kind]), element_id
        branches = kind == "sequenceFlow" and element.find(f"{BPMN}conditionExpression") is not None
        if kind != "sequenceFlow" or branches or element.get("name"):
            assert CHINESE.search(element.get("name", "")), element_id
            english = element.findtext(f"{BPMN}documentation") or ""
            assert english, element_id
            assert not CHINESE.search(english), element_id


@pytest.mark.parametrize("name", DIAGRAMS)
def test_everything_is_drawn(name: str) -> None:
    root = roots()[name]
    drawn = set(_boxes(root)) | set(_lines(root))
    assert {e.get("id") for e in _elements(root)} == drawn


@pytest.mark.parametrize("name", DIAGRAMS)
def test_shapes_do_not_overlap(name: str) -> None:
    root = roots()[name]
    apart = {"boundaryEvent", "subProcess"}
    flat = {e.get("id") for e in _elements(root) if e.tag.removeprefix(BPMN) not in apart}
    boxes = {element_id: box for element_id, box in _boxes(root).items() if element_id in flat}
    for (one, a), (other, b) in itertools.combinations(boxes.items(), 2):
        overlap = a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        assert not overlap, f"{one} and {other}"


@pytest.mark.parametrize("name", DIAGRAMS)
def test_flows_do_not_cross(name: str) -> None:
    root = roots()[name]
    ends = {f.get("id"): (f.get("sourceRef"), f.get("targetRef")) for f in root.iter(f"{BPMN}sequenceFlow")}
    for (one, first), (other, second) in itertools.combinations(_lines(root).items(), 2):
        if ends[one][0] == ends[other][0] or ends[one][1] == ends[other][1]:
            continue  # lines from or to the same element may run together
        for a, b in itertools.product(itertools.pairwise(first), itertools.pairwise(second)):
            assert not _touch(a, b), f"{one} and {other}"


@pytest.mark.parametrize("name", DIAGRAMS)
def test_boundary_events_sit_on_the_lower_edge(name: str) -> None:
    root = roots()[name]
    boxes = _boxes(root)
    for event in root.iter(f"{BPMN}boundaryEvent"):
        box, host = boxes[event.get("id", "")], boxes[event.get("attachedToRef", "")]
        assert (box[1] + box[3]) / 2 == host[3]
        assert host[0] <= box[0] < box[2] <= host[2]


def _touch(a: tuple[Point, Point], b: tuple[Point, Point]) -> bool:
    def span(line: tuple[Point, Point], axis: int) -> tuple[float, float]:
        return min(line[0][axis], line[1][axis]), max(line[0][axis], line[1][axis])

    return all(span(a, n)[0] <= span(b, n)[1] and span(b, n)[0] <= span(a, n)[1] for n in (0, 1))
