"""Moving, adding and cancelling tokens of a running instance: several changes as one step.

The preview does the step to its end, operations included, and takes everything back; so it says
exactly what will happen. The step itself is fenced by the version that was previewed.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.calling import MadeCall
from engine.commands.fencing import refuse_stale, told_at_once, tried
from engine.commands.record import checked_reason
from engine.errors import TuidanError
from engine.incidents import resolve_incidents
from engine.runtime import Engine
from engine.spiff.modifying import TokenChange
from engine.spiff.tokens import Token
from engine.spiff.waits import Waits
from engine.spiff.workflow import TraceEntry
from engine.stepping import Step
from engine.values import Variables

MOST_CHANGES = 20


class NoChanges(TuidanError):
    """Say what to move, add or cancel: from 1 to {maximum} changes."""

    code = "tokens.no_changes"

    def __init__(self) -> None:
        super().__init__(maximum=MOST_CHANGES)


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
    """What a modification does.

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


def preview_modification(
    engine: Engine, instance_id: uuid.UUID, changes: Sequence[TokenChange], *, actor: Actor
) -> Outcome:
    """Find out what changes would do, without doing them.

    Raises:
        TuidanError: What :func:`modify_instance` would raise, but for the version and the reason.
    """

    def attempt(session: Session) -> Outcome:
        step = engine.open_whole(session, instance_id, actor)
        return _apply(step, _checked(changes), reason="")

    return tried(engine, attempt)


def modify_instance(
    engine: Engine,
    session: Session,
    instance_id: uuid.UUID,
    changes: Sequence[TokenChange],
    *,
    version: int,
    reason: str,
    actor: Actor,
) -> Outcome:
    """Move, add and cancel tokens as one step; a suspended instance stays suspended.

    Open incidents of what is cancelled are resolved.

    Args:
        version: Of the execution, as the preview said.

    Raises:
        ChangedMeanwhile: If the instance has moved on since the preview.
        InstanceEnded: If it has ended.
        InstanceNotFound: If there is none of that id.
        NoChanges: If there are none, or too many.
        ReasonMissing: If no reason is given.
        TuidanError: One of :mod:`engine.spiff.refusals`.
        WouldFail: If something on the way fails; nothing has changed.
        WouldStall: If the instance would wait for nothing.
    """
    reason, changes = checked_reason(reason), _checked(changes)
    step = engine.open_whole(session, instance_id, actor)
    refuse_stale(step, version)
    return _apply(step, changes, reason=reason)


def _apply(step: Step, changes: Sequence[TokenChange], *, reason: str) -> Outcome:
    with told_at_once(step):
        tokens = {token.element_instance: token for token in step.instance.tokens()}
        names = {(place.process_id, place.element_id): place.name for place in step.instance.places()}
        step.instance.change_tokens(changes)
        after, left = step.instance.waits(), step.instance.tokens()
        step.note(
            "tokens_changed",
            data={
                "reason": reason,
                "changes": [_recorded(change, tokens, names) for change in changes],
                "before": [_where(token) for token in tokens.values()],
                "after": [_where(token) for token in left],
            },
        )
        step.finish()
    gone, come = _difference(step.before, after), _difference(after, step.before)
    resolve_incidents(
        step.session,
        step.instance_id,
        now=step.now,
        actor=step.actor,
        element_instances=[key for key, _ in gone],
    )
    trace = step.instance.trace
    return Outcome(
        version=step.version,
        cancelled=tuple(entry for entry in trace if entry.kind == "cancelled"),
        passed=tuple(entry for entry in trace if entry.kind == "completed"),
        calls=tuple(step.caller.made),
        gone=tuple(waiting for _, waiting in gone),
        come=tuple(waiting for _, waiting in come),
        tokens=tuple(left),
        ends=step.instance.completed,
    )


def _checked(changes: Sequence[TokenChange]) -> list[TokenChange]:
    kept = [change for change in changes if change.source is not None or change.target is not None]
    if not kept or len(kept) > MOST_CHANGES:
        raise NoChanges
    return kept


def _recorded(change: TokenChange, tokens: dict[int, Token], names: dict[tuple[str, str], str]) -> Variables:
    """A change as history keeps it: ``from`` and ``to`` with the names that people read."""
    source = tokens.get(change.source) if change.source is not None else None
    recorded: Variables = {}
    if source is not None:
        recorded["from"] = _where(source) | {"name": source.name}
    if change.target is not None:
        process_id, element_id = change.target
        recorded["to"] = {
            "process_id": process_id,
            "element_id": element_id,
            "name": names.get(change.target, element_id),
        }
    return recorded


def _where(token: Token) -> Variables:
    return {
        "process_id": token.process_id,
        "element_id": token.element_id,
        "element_instance": token.element_instance,
    }


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
