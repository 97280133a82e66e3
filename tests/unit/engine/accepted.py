"""Running a diagram that the linter has accepted, as a deployment would have it."""

from __future__ import annotations

from typing import Any

from engine.lint import Severity, lint
from engine.operations import OperationRegistry
from engine.runner import Runner
from tests.diagrams import diagram


def accepted(files: dict[str, str], registry: OperationRegistry | None = None) -> dict[str, str]:
    """The same files, without an error in them."""
    found = [f for f in lint(files, registry or OperationRegistry()) if f.severity is Severity.ERROR]
    assert not found, [(f.rule, f.line, f.message) for f in found]
    return files


def run(*elements: str, more: str = "", variables: dict[str, Any] | None = None) -> Runner:
    """Start a process ``p`` of these elements."""
    return Runner(accepted({"p.bpmn": diagram("p", *elements, more=more)})).start("p", variables)
