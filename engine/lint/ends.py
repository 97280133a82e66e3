"""End events that throw an error: somebody around them has to catch it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.lint.diagram import Scope, event_definitions
from engine.lint.events import ERROR
from engine.lint.findings import Finding
from engine.lint.references import References
from engine.lint.source import local_name


def check(scopes: list[Scope], references: References) -> Iterator[Finding]:
    """Yield the errors that nobody catches."""
    for scope in scopes:
        for event in scope.of_kind("endEvent"):
            for definition in event_definitions(event):
                if local_name(definition) == ERROR:
                    code = references.code_of(scope.document, definition)
                    for place in _uncaught(scope, code, scopes, references, frozenset()):
                        yield scope.document.finding(
                            "bpmn.error_uncaught", event, code=code or "", place=place
                        )


def _uncaught(
    scope: Scope, code: str | None, scopes: list[Scope], references: References, seen: frozenset[str]
) -> Iterator[str]:
    """Where an error that leaves a scope arrives without anyone to catch it."""
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
        if f"{outer.id}/{activity}" in seen or _catches(outer, activity, code, references):
            continue
        yield from _uncaught(outer, code, scopes, references, seen | {f"{outer.id}/{activity}"})


def _catches(scope: Scope, activity: str, code: str | None, references: References) -> bool:
    for event in scope.boundary_events(activity):
        for definition in event_definitions(event):
            if local_name(definition) == ERROR:
                caught = references.code_of(scope.document, definition)
                if caught is None or caught == code:
                    return True
    return False
