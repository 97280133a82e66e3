"""Rules about what multi-instance activities throw when an instance completes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import ACTIVITIES, Scope, event_definitions, repeated
from engine.lint.expressions import check_code
from engine.lint.findings import Finding
from engine.lint.references import code_of
from engine.lint.source import BPMN, Document, elements, local_name, text_of

# What can be thrown: the attribute that says what, where it isn't a code.
_THROWN = {
    "signalEventDefinition": "signalRef",
    "messageEventDefinition": "messageRef",
    "escalationEventDefinition": "",
    "errorEventDefinition": "",
}
_COMPLEX = "complexBehaviorDefinition"


def check(scope: Scope) -> Iterator[Finding]:
    """Yield the behaviours that throw nothing, or what no event on the activity takes."""
    for activity in scope.of_kind(*ACTIVITIES):
        loop = repeated(activity)
        if loop is not None and local_name(loop) == "multiInstanceLoopCharacteristics":
            yield from _check_loop(scope, activity, loop)


def _check_loop(scope: Scope, activity: Any, loop: Any) -> Iterator[Finding]:
    document, behavior = scope.document, loop.get("behavior", "All")
    if local_name(activity) == "receiveTask" and loop.get("isSequential") not in ("true", "1"):
        yield document.finding("bpmn.receive_together", activity)
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
    waiting = [d for event in scope.boundary_events(activity.get("id")) for d in event_definitions(event)]
    thrown = [*_thrown(document, loop)]
    if not thrown or any(t is None or not _is_heard(document, t, waiting) for t in thrown):
        yield document.finding("bpmn.behavior_event", loop, behavior=behavior)
    for definition in complex_ones:
        condition = definition.find(f"{BPMN}condition")
        yield from check_code(document, definition, text_of(condition), "eval")


def thrown_by(document: Document, activity: Any) -> list[Any]:
    """The event definitions that a repeated activity throws as its instances complete."""
    loop = repeated(activity)
    if loop is None or local_name(loop) != "multiInstanceLoopCharacteristics":
        return []
    return [definition for definition in _thrown(document, loop) if definition is not None]


def _thrown(document: Document, loop: Any) -> Iterator[Any]:
    """The definitions that are thrown; None for what is none."""
    behavior = loop.get("behavior", "All")
    if behavior == "Complex":
        for complex_one in loop.iterfind(f"{BPMN}{_COMPLEX}"):
            inside = [d for event in complex_one.iterfind(f"{BPMN}event") for d in event_definitions(event)]
            yield inside[0] if len(inside) == 1 else None
    elif behavior != "All":
        reference = (loop.get(f"{behavior.lower()}BehaviorEventRef") or "").split(":")[-1]
        yield next((e for e in event_definitions(document.root) if e.get("id") == reference), None)


def _is_heard(document: Document, thrown: Any, waiting: list[Any]) -> bool:
    """Whether one of some definitions takes what is thrown."""
    kind = local_name(thrown)
    if kind not in _THROWN:
        return False
    alike = [definition for definition in waiting if local_name(definition) == kind]
    attribute = _THROWN[kind]
    if attribute:
        return thrown.get(attribute) is not None and any(
            definition.get(attribute) == thrown.get(attribute) for definition in alike
        )
    code = code_of(document, thrown)
    return code is not None and any(code_of(document, definition) in (None, code) for definition in alike)
