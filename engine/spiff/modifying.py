"""Changing the tokens of a loaded instance: several moves, additions and cancellations as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.spiff.entering import enter
from engine.spiff.refusals import LeavesNothing
from engine.spiff.task import EngineTask
from engine.spiff.tokens import cancel_token, close_empty_scopes, group_of, is_token, settle, token
from engine.spiff.workflow import EngineWorkflow


@dataclass(frozen=True, slots=True)
class TokenChange:
    """A token that is cancelled, put on an element, or moved there.

    Attributes:
        source: The element instance of the token to take away; None adds a token.
        target: The process or embedded subprocess, and the element to enter; None only cancels.
    """

    source: int | None = None
    target: tuple[str, str] | None = None


def change_tokens(top: EngineWorkflow, changes: Sequence[TokenChange]) -> None:
    """Apply changes together; what becomes ready runs with the step that follows.

    What is entered is entered first, so that a process in which a token only moves stays open. A
    process or subprocess that is left without a token is cancelled, and not taken to have ended.

    Raises:
        TuidanError: One of :mod:`engine.spiff.refusals`; the loaded instance is then of no use any more.
    """
    sources: dict[int, EngineTask] = {}
    for change in changes:
        if change.source is not None:
            sources[change.source] = token(top, change.source)
    closing = {member.id for task in sources.values() for member in group_of(task)}
    for change in changes:
        if change.target is not None:
            source = sources.get(change.source) if change.source is not None else None
            enter(top, *change.target, source=source, closing=closing)
    for task in sources.values():
        cancel_token(task)
    close_empty_scopes(top)
    settle(top)
    if not top.completed and not any(is_token(task) for task in top.active_tasks()) and not top.agenda:
        raise LeavesNothing


__all__ = ["TokenChange", "change_tokens"]
