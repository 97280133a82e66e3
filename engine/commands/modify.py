"""Moving, adding and cancelling tokens of a running instance: several changes as one step.

The preview does the step to its end, operations included, and takes everything back; so it says
exactly what will happen. The step itself is fenced by the version that was previewed.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.fencing import refuse_stale, told_at_once, tried
from engine.commands.outcome import Outcome, gone_from, outcome_of
from engine.commands.record import checked_reason
from engine.errors import TuidanError
from engine.incidents import resolve_incidents
from engine.runtime import Engine
from engine.spiff.modifying import TokenChange
from engine.spiff.tokens import Token
from engine.stepping import Step
from engine.values import Variables

MOST_CHANGES = 20


class NoChanges(TuidanError):
    """Say what to move, add or cancel: from 1 to {maximum} changes."""

    code = "tokens.no_changes"

    def __init__(self) -> None:
        super().__init__(maximum=MOST_CHANGES)


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
    resolve_incidents(
        step.session,
        step.instance_id,
        now=step.now,
        actor=step.actor,
        element_instances=gone_from(step.before, after),
    )
    return outcome_of(step, after, left)


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
