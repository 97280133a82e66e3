"""Errors and escalations: who throws one is heard, and what is waited for is thrown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.lint.behaviour import thrown_by
from engine.lint.diagram import SUBPROCESSES, Scope, event_definitions
from engine.lint.events import ERROR, THROWING
from engine.lint.findings import Finding
from engine.lint.references import code_of
from engine.lint.source import local_name

ESCALATION = "escalationEventDefinition"


def check(scopes: list[Scope]) -> Iterator[Finding]:
    """Yield the errors that nobody catches, and the escalations that nothing throws."""
    for scope in scopes:
        for event in scope.of_kind("endEvent"):
            for definition in _of_kind(event, ERROR):
                code = code_of(scope.document, definition)
                for place in _uncaught(scope, code, scopes, frozenset()):
                    yield scope.document.finding("bpmn.error_uncaught", event, code=code or "", place=place)
        yield from _check_escalations(scope, scopes)


def _of_kind(event: Any, kind: str) -> Iterator[Any]:
    return (definition for definition in event_definitions(event) if local_name(definition) == kind)


def _uncaught(
    scope: Scope, code: str | None, scopes: list[Scope], seen: frozenset[str], inner: Scope | None = None
) -> Iterator[str]:
    """Where an error that leaves a scope, or ``inner`` in it, arrives without anyone to catch it."""
    for listening in scopes:
        if listening.parent is scope and listening is not inner and listening.listens:
            starts = listening.of_kind("startEvent")
            if any(_catches(listening, start, code) for start in starts):
                return
    if scope.parent is not None:
        callers = [(scope.parent, scope.id)]
    else:
        callers = [
            (other, node.get("id"))
            for other in scopes
            for node in other.of_kind("callActivity")
            if node.get("calledElement") == scope.id
        ]
        if not callers:
            yield scope.id
    for outer, activity in callers:
        caught = any(_catches(outer, event, code) for event in outer.boundary_events(activity))
        if f"{outer.id}/{activity}" not in seen and not caught:
            yield from _uncaught(outer, code, scopes, seen | {f"{outer.id}/{activity}"}, scope)


def _catches(scope: Scope, event: Any, code: str | None) -> bool:
    return any(code_of(scope.document, d) in (None, code) for d in _of_kind(event, ERROR))


def _check_escalations(scope: Scope, scopes: list[Scope]) -> Iterator[Finding]:
    by_id = {other.id: other for other in scopes}
    for event in scope.of_kind("boundaryEvent", "startEvent"):
        for definition in _of_kind(event, ESCALATION):
            inside = _inside(scope, event, by_id)
            thrown = _thrown_on(scope, event)
            if inside is None and not thrown:
                yield scope.document.finding("bpmn.escalation_place", event)
                continue
            code = code_of(scope.document, definition)
            if inside is not None:
                thrown |= _thrown(inside, by_id, set())
            if code not in thrown and not (code is None and thrown):
                yield scope.document.finding("bpmn.escalation_unheard", event, code=code or "")


def _inside(scope: Scope, event: Any, by_id: Mapping[str, Scope]) -> Scope | None:
    """Where an escalation that an event waits for can come from; None if from nowhere."""
    if local_name(event) == "startEvent":
        return scope.parent
    activity = scope.nodes.get(event.get("attachedToRef"))
    if activity is None or local_name(activity) not in SUBPROCESSES | {"callActivity"}:
        return None
    return by_id.get(activity.get("calledElement") or activity.get("id"))


def _thrown_on(scope: Scope, event: Any) -> set[str | None]:
    """The codes that the activity of an event throws to it as its instances complete."""
    activity = scope.nodes.get(event.get("attachedToRef"))
    thrown = [] if activity is None else thrown_by(scope.document, activity)
    return {code_of(scope.document, d) for d in thrown if local_name(d) == ESCALATION}


def _thrown(scope: Scope, by_id: Mapping[str, Scope], seen: set[str]) -> set[str | None]:
    """The codes of escalations that are thrown in a scope and in what it runs."""
    if scope.id in seen:
        return set()
    seen.add(scope.id)
    codes = {
        code_of(scope.document, definition)
        for event in scope.of_kind(*THROWING)
        for definition in _of_kind(event, ESCALATION)
    }
    for activity in scope.of_kind("callActivity", *SUBPROCESSES):
        run = by_id.get(activity.get("calledElement") or activity.get("id"))
        if run is not None:
            codes |= _thrown(run, by_id, seen)
    return codes
