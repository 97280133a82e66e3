"""Rules about compensation: handlers that nothing calls, and events that nothing answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import (
    ACTIVITIES,
    SUBPROCESSES,
    Scope,
    compensates,
    event_definitions,
    is_event_subprocess,
    is_handler,
    repeated,
)
from engine.lint.findings import Finding
from engine.lint.source import BPMN, elements, local_name


def check(scope: Scope) -> Iterator[Finding]:
    """Yield what would never be undone, or not as it is drawn."""
    document = scope.document
    handlers: dict[str, list[Any]] = {}
    for association in document.root.iter(f"{BPMN}association"):
        handler = scope.nodes.get(association.get("targetRef"))
        if handler is not None and local_name(handler) in ACTIVITIES and is_handler(handler):
            handlers.setdefault(association.get("sourceRef"), []).append(handler)
    undoable: list[str] = []
    standing = [node for node in scope.of_kind("subProcess") if _is_compensating(node)]
    for node in standing[1:]:
        yield document.finding("bpmn.compensation_twice", node)
    for event in scope.of_kind("boundaryEvent"):
        if not compensates(event):
            continue
        activity = event.get("attachedToRef")
        if len(handlers.get(event.get("id"), ())) != 1 or activity in undoable:
            yield document.finding("bpmn.compensation_handler", event)
        if scope.outgoing(event.get("id")):
            yield document.finding("bpmn.compensation_flow", event)
        if activity in scope.nodes and repeated(scope.nodes[activity]) is not None:
            yield document.finding("bpmn.compensation_repeated", event)
        undoable.append(activity)
    called = {handler.get("id") for found in handlers.values() for handler in found}
    for activity in scope.of_kind(*ACTIVITIES):
        if is_handler(activity):
            yield from _check_handler(scope, activity, called)
    yield from _check_throws(scope)


def _check_throws(scope: Scope) -> Iterator[Finding]:
    """What is compensated: in an event subprocess, activities of the (sub)process around it."""
    around = scope
    while around.listens and around.parent is not None:
        around = around.parent
    undoable = {e.get("attachedToRef") for e in around.of_kind("boundaryEvent") if compensates(e)}
    for event in scope.of_kind("intermediateThrowEvent", "endEvent"):
        for definition in event_definitions(event):
            wanted = definition.get("activityRef")
            if local_name(definition) == "compensateEventDefinition" and wanted is not None:
                kind = around.kind(wanted)
                if wanted not in undoable and kind != "callActivity" and kind not in SUBPROCESSES:
                    yield scope.document.finding("bpmn.compensation_target", event, activity=wanted)


def _is_compensating(node: Any) -> bool:
    """Whether an event subprocess is started by compensation."""
    starts = (child for child in elements(node) if local_name(child) == "startEvent")
    return is_event_subprocess(node) and any(compensates(event) for event in starts)


def _check_handler(scope: Scope, handler: Any, called: set[str]) -> Iterator[Finding]:
    handler_id = handler.get("id")
    if handler_id not in called:
        yield scope.document.finding("bpmn.compensation_unused", handler)
    if scope.incoming(handler_id) or scope.outgoing(handler_id):
        yield scope.document.finding("bpmn.compensation_flow", handler)
    if scope.boundary_events(handler_id):
        yield scope.document.finding("bpmn.handler_boundary", handler)
