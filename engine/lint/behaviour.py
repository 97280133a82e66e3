"""Rules about what multi-instance activities throw when an instance completes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import ACTIVITIES, Scope, event_definitions, repeated
from engine.lint.expressions import check_code
from engine.lint.findings import Finding
from engine.lint.source import BPMN, Document, elements, local_name, text_of

SIGNAL = "signalEventDefinition"
_COMPLEX = "complexBehaviorDefinition"


def check(scope: Scope) -> Iterator[Finding]:
    """Yield the behaviours whose signal isn't there, or that no event on the activity takes."""
    for activity in scope.of_kind(*ACTIVITIES):
        loop = repeated(activity)
        if loop is not None and local_name(loop) == "multiInstanceLoopCharacteristics":
            yield from _check_loop(scope, activity, loop)


def _check_loop(scope: Scope, activity: Any, loop: Any) -> Iterator[Finding]:
    document, behavior = scope.document, loop.get("behavior", "All")
    complex_ones = [child for child in elements(loop) if local_name(child) == _COMPLEX]
    for name in ("none", "one"):
        attribute = f"{name}BehaviorEventRef"
        if loop.get(attribute) and behavior != name.capitalize():
            yield document.finding(
                "bpmn.unsupported_attribute", loop, attribute=attribute, value=loop.get(attribute)
            )
    if complex_ones and behavior != "Complex":
        reason = "the behaviour isn't Complex"
        yield document.finding("bpmn.unsupported_element", complex_ones[0], kind=_COMPLEX, reason=reason)
    if behavior == "All":
        return
    heard = {
        definition.get("signalRef")
        for event in scope.boundary_events(activity.get("id"))
        for definition in event_definitions(event)
        if local_name(definition) == SIGNAL
    }
    thrown = [*_thrown(document, loop, behavior, complex_ones)]
    if not thrown or any(signal is None or signal not in heard for signal in thrown):
        yield document.finding("bpmn.behavior_event", loop, behavior=behavior)
    for definition in complex_ones:
        condition = definition.find(f"{BPMN}condition")
        yield from check_code(document, definition, text_of(condition), "eval")


def _thrown(document: Document, loop: Any, behavior: str, complex_ones: list[Any]) -> Iterator[str | None]:
    """The ids of the signals that are thrown; None for what is no signal."""
    if behavior == "Complex":
        for definition in complex_ones:
            events = definition.findall(f"{BPMN}event/{BPMN}{SIGNAL}")
            yield events[0].get("signalRef") if len(events) == 1 else None
        return
    reference = (loop.get(f"{behavior.lower()}BehaviorEventRef") or "").split(":")[-1]
    named = [e for e in document.root.iterfind(f"{BPMN}{SIGNAL}") if e.get("id") == reference]
    yield named[0].get("signalRef") if named else None
