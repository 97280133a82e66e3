"""Rules about events: what they refer to, and where they may stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import ACTIVITIES, Scope, event_definitions
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
    yield from _check_errors(document)
    for scope in scopes:
        for event in scope.of_kind("boundaryEvent"):
            yield from _check_boundary(scope, event)
        for gateway in scope.of_kind("eventBasedGateway"):
            yield from _check_event_gateway(scope, gateway)
        for node in scope.nodes.values():
            yield from _check_cycle(document, node)


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


def _check_errors(document: Document) -> Iterator[Finding]:
    known = _declared(document, "error")
    for definition in document.root.iter(f"{BPMN}{ERROR}"):
        reference = definition.get("errorRef")
        throws = local_name(definition.getparent()) == "endEvent"
        if (throws or reference is not None) and reference not in known:
            yield document.finding("ref.error", definition, reference=reference or "")
        elif reference is not None and not known[reference].get("errorCode"):
            yield document.finding("ref.error_code", known[reference])


def _check_boundary(scope: Scope, event: Any) -> Iterator[Finding]:
    if scope.kind(event.get("attachedToRef")) not in ACTIVITIES:
        yield scope.document.finding("bpmn.boundary_unattached", event)
    if event.get("cancelActivity") == "false" and any(
        local_name(definition) == ERROR for definition in event_definitions(event)
    ):
        yield scope.document.finding("bpmn.error_interrupts", event)


def _check_event_gateway(scope: Scope, gateway: Any) -> Iterator[Finding]:
    document = scope.document
    kinds: set[str] = set()
    for flow in scope.outgoing(gateway.get("id")):
        kind = scope.kind(flow.target)
        waits = kind == "receiveTask" and _is_plain(scope, flow.target)
        if not waits and kind != "intermediateCatchEvent":
            yield document.finding("bpmn.event_gateway_target", flow.element, target=flow.target)
        elif len(scope.incoming(flow.target)) > 1:
            yield document.finding("bpmn.event_gateway_merge", scope.nodes[flow.target])
        if kind == "receiveTask":
            kinds.add(kind)
        elif kind:
            kinds.update(local_name(d) for d in event_definitions(scope.nodes[flow.target]))
    if {"receiveTask", MESSAGE} <= kinds:
        yield document.finding("bpmn.event_gateway_mixed", gateway)


def _is_plain(scope: Scope, task: str) -> bool:
    repeated = any(local_name(c).endswith("LoopCharacteristics") for c in elements(scope.nodes[task]))
    return not repeated and not scope.boundary_events(task)


def _check_cycle(document: Document, node: Any) -> Iterator[Finding]:
    """A cycle has to be able to fire again and again."""
    for definition in event_definitions(node):
        if any(local_name(child) == "timeCycle" for child in elements(definition)) and not _repeats(node):
            yield document.finding("timer.cycle_place", definition)


def _repeats(event: Any) -> bool:
    return local_name(event) == "boundaryEvent" and event.get("cancelActivity") == "false"
