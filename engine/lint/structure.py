"""Rules about the shape of a diagram: where it starts and ends, and that tokens get through."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from engine.lint.diagram import (
    ACTIVITIES,
    CONDITIONAL,
    MERGES,
    SUBPROCESSES,
    Scope,
    compensates,
    event_definitions,
    is_event_subprocess,
    is_handler,
    processes_of,
    reachable,
)
from engine.lint.findings import Finding
from engine.lint.source import BPMN, Document, local_name

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# The rules compare ways with ways, and the library's parser reads element after element by recursion.
MAX_FLOWS = 1_000


def check(document: Document, scopes: list[Scope]) -> Iterator[Finding]:
    """Yield what is wrong with the shape of one document."""
    yield from _check_processes(document)
    for scope in scopes:
        yield from _check_scope(scope)


def _check_processes(document: Document) -> Iterator[Finding]:
    processes = processes_of(document)
    if len(processes) != 1:
        yield document.finding("bpmn.one_process", document.root, count=len(processes))
    for process in processes:
        process_id, stem = process.get("id") or "", PurePosixPath(document.file).stem
        if process.get("isExecutable") != "true":
            yield document.finding("bpmn.not_executable", process)
        if not _SNAKE_CASE.fullmatch(process_id):
            yield document.finding("bpmn.process_id", process, id=process_id)
        elif process_id != stem:
            yield document.finding("bpmn.file_name", process, id=process_id, stem=stem)


def too_large(document: Document) -> Finding | None:
    """Whether a diagram is larger than the rules, and people, can look through."""
    count = sum(1 for _ in document.root.iter("{*}sequenceFlow"))
    if count <= MAX_FLOWS:
        return None
    return document.finding("bpmn.too_many_flows", document.root, count=count, limit=MAX_FLOWS)


def _check_scope(scope: Scope) -> Iterator[Finding]:
    document = scope.document
    starts = list(scope.of_kind("startEvent"))
    plain = [start for start in starts if not event_definitions(start)]
    allowed = scope.parent is None and len(plain) < 2 and scope.starts()
    if not scope.is_ad_hoc:
        if len(starts) != 1 and not scope.listens and not allowed:
            yield document.finding("bpmn.one_start", scope.element, count=len(starts))
        if next(scope.of_kind("endEvent"), None) is None:
            yield document.finding("bpmn.no_end", scope.element)
    yield from _check_flows(scope)
    yield from _check_reach(scope)
    for node in scope.of_kind(*CONDITIONAL, *ACTIVITIES):
        yield from _check_choice(scope, node)
    for gateway in scope.of_kind("complexGateway"):
        if gateway.find(f"{BPMN}activationCondition") is None:
            yield document.finding("bpmn.no_activation", gateway)
    yield from _check_names(scope)


def _check_flows(scope: Scope) -> Iterator[Finding]:
    document = scope.document
    for flow in scope.flows:
        for end, node_id in (("sourceRef", flow.source), ("targetRef", flow.target)):
            if node_id not in scope.nodes:
                yield document.finding("bpmn.flow_unresolved", flow.element, end=end, reference=node_id)
        if (
            scope.kind(flow.target) in ("startEvent", "boundaryEvent")
            or scope.kind(flow.source) == "endEvent"
        ):
            yield document.finding("bpmn.flow_forbidden", flow.element)
        if flow.condition is not None and scope.kind(flow.source) not in CONDITIONAL | ACTIVITIES:
            yield document.finding("bpmn.condition_without_gateway", flow.element)
    for pair, count in Counter((flow.source, flow.target) for flow in scope.flows).items():
        if count > 1 and scope.kind(pair[1]) in MERGES:
            yield document.finding("bpmn.flow_twice", scope.nodes[pair[1]], source=pair[0])


def _check_reach(scope: Scope) -> Iterator[Finding]:
    after = scope.successors()
    links = {event for _, event in scope.links("intermediateThrowEvent")}
    reached = reachable(after, scope.starts())
    for node_id, node in scope.nodes.items():
        kind = local_name(node)
        if is_handler(node) or compensates(node) or is_event_subprocess(node):
            continue
        if node_id not in reached:
            yield scope.document.finding("bpmn.unreachable", node)
        elif scope.is_ad_hoc:
            continue  # a way may end at any activity
        elif kind != "endEvent" and not scope.outgoing(node_id) and node_id not in links:
            yield scope.document.finding("bpmn.dead_end", node)
        elif not any(scope.kind(n) == "endEvent" for n in reachable(after, [node_id])):
            yield scope.document.finding("bpmn.no_way_to_end", node)


def _check_choice(scope: Scope, node: Any) -> Iterator[Finding]:
    """The flows of what chooses among them: a gateway, or an activity that has conditional flows."""
    document, flows, default = scope.document, scope.outgoing(node.get("id")), node.get("default")
    is_gateway = local_name(node) in CONDITIONAL
    if default and default not in {flow.id for flow in flows}:
        yield document.finding("bpmn.default_unresolved", node, default=default)
    for flow in flows:
        if flow.id == default and flow.condition is not None:
            yield document.finding("bpmn.default_with_condition", flow.element)
        if is_gateway and flow.id != default and len(flows) > 1 and not flow.condition:
            yield document.finding("bpmn.flow_without_condition", flow.element)
    conditions = [flow.condition for flow in flows]
    if not is_gateway and len(flows) == 1 and any(conditions):
        yield document.finding("bpmn.lone_condition", flows[0].element)
    elif not default and conditions and (any if is_gateway else all)(conditions):
        yield document.finding("bpmn.no_default", node)


def _check_names(scope: Scope) -> Iterator[Finding]:
    for node_id, node in scope.nodes.items():
        kind = local_name(node)
        decides = kind in CONDITIONAL and len(scope.outgoing(node_id)) > 1
        if (kind in ACTIVITIES or kind.endswith("Event") or decides) and not (node.get("name") or "").strip():
            yield scope.document.finding("bpmn.unnamed", node, kind=kind)
    if scope.parent is None and not (scope.element.get("name") or "").strip():
        yield scope.document.finding("bpmn.unnamed", scope.element, kind="process")


def duplicates(scopes: list[Scope]) -> Iterator[Finding]:
    """Processes and subprocesses whose id another file of the bundle has too."""
    seen: dict[str, str] = {}
    for scope in scopes:
        kind = local_name(scope.element)
        if scope.id in seen and (kind == "process" or kind in SUBPROCESSES):
            yield scope.document.finding(
                "bpmn.duplicate_id", scope.element, id=scope.id, other=seen[scope.id]
            )
        seen.setdefault(scope.id, scope.document.file)
