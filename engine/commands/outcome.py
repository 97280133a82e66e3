"""What a command does to an instance: what it runs through, and what is waited for before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from engine.calling import MadeCall
from engine.spiff.tokens import Token
from engine.spiff.tracing import TraceEntry
from engine.spiff.waits import Waits
from engine.stepping import Step


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something that the instance waits for.

    Attributes:
        kind: The field of :class:`engine.spiff.waits.Waits`, such as ``user_tasks`` or ``timers``.
    """

    kind: str
    element_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command on an instance does in its step.

    Attributes:
        version: Of the execution before it; applying it is fenced by this.
        cancelled: Elements that are cancelled.
        passed: Elements that are completed on the way to the next wait state.
        calls: Operations that run inside the step.
        gone: What is no longer waited for.
        come: What is waited for afterwards.
        tokens: Where the tokens are afterwards.
        ends: Whether the instance comes to its end.
    """

    version: int
    cancelled: tuple[TraceEntry, ...]
    passed: tuple[TraceEntry, ...]
    calls: tuple[MadeCall, ...]
    gone: tuple[Waiting, ...]
    come: tuple[Waiting, ...]
    tokens: tuple[Token, ...]
    ends: bool


def outcome_of(step: Step, after: Waits, left: Sequence[Token]) -> Outcome:
    """What a step has done.

    Args:
        after: What is waited for after it.
        left: Where the tokens are after it.
    """
    trace = step.instance.trace
    return Outcome(
        version=step.version,
        cancelled=tuple(entry for entry in trace if entry.kind == "cancelled"),
        passed=tuple(entry for entry in trace if entry.kind == "completed"),
        calls=tuple(step.caller.made),
        gone=tuple(waiting for _, waiting in _difference(step.before, after)),
        come=tuple(waiting for _, waiting in _difference(after, step.before)),
        tokens=tuple(left),
        ends=step.instance.completed,
    )


def gone_from(before: Waits, after: Waits) -> list[int]:
    """The element instances that are no longer waited for."""
    return [key for key, _ in _difference(before, after)]


def _difference(one: Waits, other: Waits) -> list[tuple[int, Waiting]]:
    """What one waits for and the other doesn't, by element instance."""
    found: list[tuple[int, Waiting]] = []
    for field in fields(Waits):
        others = getattr(other, field.name)
        for key, item in getattr(one, field.name).items():
            if key not in others:
                found.append((key, Waiting(kind=field.name, element_id=item.element_id, name=_label(item))))
    return found


def _label(item: Any) -> str:
    return str(getattr(item, "name", "") or getattr(item, "message", "") or item.element_id)
