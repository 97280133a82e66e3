"""Rules about transactions: who cancels them, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import Scope, event_definitions, repeated
from engine.lint.findings import Finding
from engine.lint.source import local_name


def check(scope: Scope) -> Iterator[Finding]:
    """Yield the cancel events that nothing triggers, and those that nobody hears of."""
    document = scope.document
    for event in _cancelling(scope, "endEvent"):
        if local_name(scope.element) != "transaction":
            yield document.finding("bpmn.cancel_outside", event)
        elif scope.parent is not None and not any(
            _is_cancel(e) for e in scope.parent.boundary_events(scope.id)
        ):
            yield document.finding("bpmn.cancel_uncaught", event)
    for event in _cancelling(scope, "boundaryEvent"):
        activity = scope.nodes.get(event.get("attachedToRef"))
        if activity is None or local_name(activity) != "transaction":
            yield document.finding("bpmn.cancel_outside", event)
        elif repeated(activity) is not None:
            yield document.finding("bpmn.cancel_repeated", event)
        elif event.get("cancelActivity") in ("false", "0"):
            yield document.finding("bpmn.cancel_interrupts", event)


def _cancelling(scope: Scope, kind: str) -> Iterator[Any]:
    return (event for event in scope.of_kind(kind) if _is_cancel(event))


def _is_cancel(event: Any) -> bool:
    return any(local_name(d) == "cancelEventDefinition" for d in event_definitions(event))
