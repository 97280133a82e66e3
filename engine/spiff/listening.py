"""Event subprocesses of a (sub)process that is moved: which of the target's begin to listen."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from engine.spiff.compensation import UNDO
from engine.spiff.starting import Listener
from engine.spiff.transaction import CancelEnd


def new_listeners(part: Any, target: Any, there: Container[str]) -> list[str]:
    """The target's listeners that only it has, as long as the (sub)process listens at all.

    Args:
        part: The (sub)process as it is.
        target: The spec of the other version.
        there: The target's listeners that this version has as well: one of them that doesn't wait
            any more has been triggered for the last time.
    """
    if not _listens(part):
        return []
    listeners = (spec for spec in target.start.outputs if isinstance(spec, Listener))
    return [spec.name for spec in listeners if spec.name not in there]


def _listens(part: Any) -> bool:
    """Whether an event subprocess could be started: not while one that interrupts runs, or all is undone."""
    if part.task_tree.task_spec.name == UNDO:
        return False
    for task in part.unfinished.values():
        started_by = None if task.parent is None else task.parent.task_spec
        interrupted = isinstance(started_by, Listener) and started_by.interrupting
        if interrupted or isinstance(task.task_spec, CancelEnd):
            return False
    return True
