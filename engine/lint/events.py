"""Rules about events: what they refer to, and where they may stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import (
    ACTIVITIES,
    SUBPROCESSES,
    Scope,
    event_definitions,
    is_event_subprocess,
    repeated,
)
from engine.lint.diagram import EVENTS as POSITIONS
from engine.lint.findings import Finding
from engine.lint.source import BPMN, Document, elements, local_name

ERROR = "errorEventDefinition"
MESSAGE = "messageEventDefinition"
THROWING = frozenset({"endEvent", "intermediateThrowEvent"})
# By the kind of definition: the attribute that refers, and the kind of element that it refers to.
_NAMED = {MESSAGE: ("messageRef", "message"), "signalEventDefinition": ("signalRef", "signal")}


def check(document: Document, scopes: list[Scope]) -> Iterator[Finding]:
    """Yield what is wrong with the events of one document."""
    yield from _check_names(document)
    yield from _check_codes(document)
    for scope in scopes:
        yield from _check_links(scope)
        yield from _check_event_subprocesses(scope)
        for event in scope.of_kind("boundaryEvent"):
            yield from _check_boundary(scope, event)
        for gateway in scope.of_kind("eventBasedGateway"):
            yield from _check_event_gateway(scope, gateway)
        for event in scope.of_kind(*POSITIONS):
            yield from _check_repeating(scope, event)


def _declared(document: Document, kind: str) -> dict[str | None, Any]:
    return {element.get("id"): element for element in document.root.iterfind(f"{BPMN}{kind}")}


def _check_names(document: Document) -> Iterator[Finding]:
    for kind, (attribute, target) in _NAMED.items():
        known = _declared(document, target)
        for element in known.values():
            if not element.get("name"):
                yield document.finding(f"ref.{target}_unnamed", element)
        referring = [*document.root.iter(f"{BPMN}{kind}")]
        if target == "message":
            referring += document.root.iter(f"{BPMN}sendTask", f"{BPMN}receiveTask")
        for element in referring:
            if element.get(attribute) not in known:
                yield document.finding(f"ref.{target}", element, reference=element.get(attribute) or "")


def _check_codes(document: Document) -> Iterator[Finding]:
    for kind in ("error", "escalation"):
        known = _declared(document, kind)
        for definition in document.root.iter(f"{BPMN}{kind}EventDefinition"):
            reference = definition.get(f"{kind}Ref")
            throws = local_name(definition.getparent()) in THROWING
            if (throws or reference is not None) and reference not in known:
                yield document.finding(f"ref.{kind}", definition, reference=reference or "")
            elif reference is not None and not known[reference].get(f"{kind}Code"):
                yield document.finding(f"ref.{kind}_code", known[reference])


def _check_links(scope: Scope) -> Iterator[Finding]:
    throws, catches = scope.links("intermediateThrowEvent"), scope.links("intermediateCatchEvent")
    caught = [name for name, _ in catches]
    for name, event in throws:
        if name not in caught:
            yield scope.document.finding("bpmn.link_unresolved", scope.nodes[event], link=name)
        if scope.outgoing(event):
            yield scope.document.finding("bpmn.link_flow", scope.nodes[event])
    for number, (name, event) in enumerate(catches):
        if name in caught[:number]:
            yield scope.document.finding("bpmn.link_twice", scope.nodes[event], link=name)
        if scope.incoming(event):
            yield scope.document.finding("bpmn.link_flow", scope.nodes[event])


def _check_event_subprocesses(scope: Scope) -> Iterator[Finding]:
    for node in scope.of_kind(*SUBPROCESSES):
        if not is_event_subprocess(node):
            continue
        node_id = node.get("id")
        if scope.incoming(node_id) or scope.outgoing(node_id) or scope.boundary_events(node_id):
            yield scope.document.finding("bpmn.event_subprocess_flow", node)
        if repeated(node) is not None:
            yield scope.document.finding("bpmn.event_subprocess_repeated", node)
        if local_name(scope.element) == "adHocSubProcess":
            yield scope.document.finding("bpmn.event_subprocess_place", node)
        if sum(local_name(child) == "startEvent" for child in elements(node)) != 1:
            yield scope.document.finding("bpmn.event_subprocess_start", node)


def _check_boundary(scope: Scope, event: Any) -> Iterator[Finding]:
    if scope.kind(event.get("attachedToRef")) not in ACTIVITIES:
        yield scope.document.finding("bpmn.boundary_unattached", event)


def _check_repeating(scope: Scope, event: Any) -> Iterator[Finding]:
    """What an event that can be triggered again and again can't wait for."""
    kinds = [local_name(definition) for definition in event_definitions(event)]
    if repeats(scope, event) and ERROR in kinds:
        yield scope.document.finding("bpmn.error_interrupts", event)
    together = event.get("parallelMultiple") in ("true", "1") and len(kinds) > 1
    if together and repeats(scope, event) and "timerEventDefinition" in kinds:
        yield scope.document.finding("bpmn.parallel_timer", event)
    if repeats(scope, event) or (scope.parent is None and any(event is e for e in scope.first_events())):
        return  # each instant of a cycle triggers it, or starts an instance
    for definition in event_definitions(event):
        if any(local_name(child) == "timeCycle" for child in elements(definition)):
            yield scope.document.finding("timer.cycle_place", definition)


def repeats(scope: Scope, event: Any) -> bool:
    """Whether an event goes on waiting when it is triggered."""
    if local_name(event) == "startEvent":
        return scope.listens and event.get("isInterrupting") in ("false", "0")
    return local_name(event) == "boundaryEvent" and event.get("cancelActivity") in ("false", "0")


def _check_event_gateway(scope: Scope, gateway: Any) -> Iterator[Finding]:
    document = scope.document
    links = {event for _, event in scope.links("intermediateCatchEvent")}
    kinds: set[str] = set()
    for flow in scope.outgoing(gateway.get("id")):
        kind = scope.kind(flow.target)
        waits = kind == "intermediateCatchEvent" and flow.target not in links
        if not waits and not (kind == "receiveTask" and is_plain(scope, flow.target)):
            yield document.finding("bpmn.event_gateway_target", flow.element, target=flow.target)
        elif len(scope.incoming(flow.target)) > 1:
            yield document.finding("bpmn.event_gateway_merge", scope.nodes[flow.target])
        if kind == "receiveTask":
            kinds.add(kind)
        elif kind:
            kinds.update(local_name(d) for d in event_definitions(scope.nodes[flow.target]))
    if {"receiveTask", MESSAGE} <= kinds:
        yield document.finding("bpmn.event_gateway_mixed", gateway)


def is_plain(scope: Scope, task: str) -> bool:
    """Whether an activity is done once, and nothing can happen to it."""
    return repeated(scope.nodes[task]) is None and not scope.boundary_events(task)
