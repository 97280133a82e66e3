"""Forgetting what nothing can ask for any more, so that an instance's state doesn't grow.

The library keeps every task that an instance ever had: a loop's tree is as deep as its
rounds are many. Of the finished tasks these are still asked for, and kept:

- the root;
- the parent of an unfinished task, for its data, as the flow by which a token came to a
  join, and for the rivals at an event-based gateway;
- the nearest element that the diagram shows before an unfinished task, for the trace;
- the split that a waiting join looks up, and what lies directly below a split that is kept,
  since its join tells the activity from its events by their places.

A kept task becomes the child of its nearest kept ancestor. Who descends from whom stays as
it was. What is moved is finished, as the parent of an unfinished task never goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs.control import EventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from engine.spiff.task import FINISHED, EngineTask


def prune(workflow: Any) -> None:
    """Forget the finished tasks of a (sub)process that nothing can ask for any more."""
    tasks: dict[int, EngineTask] = workflow.tasks
    root: EngineTask = workflow.task_tree
    kept = _needed(workflow)
    ancestor: dict[int, int] = {}  # of each task on a path to the root, the nearest that is kept
    for task_id in sorted(kept):
        task = tasks[task_id]
        if task is not root:
            task._parent = _nearest(tasks, kept, ancestor, task)
    workflow.tasks = {task_id: tasks[task_id] for task_id in sorted(kept)}
    for task in workflow.tasks.values():
        task._children = []
    for task in workflow.tasks.values():
        if task._parent is not None:
            workflow.tasks[task._parent]._children.append(task.id)


def _needed(workflow: Any) -> set[int]:
    """Ids of the tasks to keep."""
    tasks: dict[int, EngineTask] = workflow.tasks
    kept = {workflow.task_tree.id, *workflow.unfinished}
    splits: set[int] = set()
    for task in workflow.unfinished.values():
        parent = task.parent
        if parent is None:
            continue
        kept.add(parent.id)
        if isinstance(parent.task_spec, EventSplit):
            splits.add(parent.id)
        shown: EngineTask | None = parent
        while shown is not None and getattr(shown.task_spec, "bpmn_id", None) is None:
            shown = shown.parent
        if shown is not None:
            kept.add(shown.id)
        split_name = getattr(task.task_spec, "split_task", None)
        split = task.find_ancestor(split_name) if split_name else None
        if split is not None:
            splits.add(split.id)
    kept |= splits
    for split in splits:
        kept.update(_spent(tasks, tasks[split]))
    if splits:
        kept |= _below(tasks, splits, kept)
    return kept


def _spent(tasks: dict[int, EngineTask], split: EngineTask) -> Iterable[int]:
    """Boundary events that have fired for the last time: nothing else says that they don't wait any more."""
    waiting: set[str] = set()
    spent: dict[str, int] = {}
    for child in (tasks[child] for child in split._children):
        if isinstance(child.task_spec, BoundaryEvent):
            if not child.state & FINISHED:
                waiting.add(child.task_spec.name)
            spent[child.task_spec.name] = child.id
    return [task_id for name, task_id in spent.items() if name not in waiting]


def _below(tasks: dict[int, EngineTask], splits: set[int], kept: set[int]) -> set[int]:
    """The children of splits that lie on the way to something that is kept."""
    found: set[int] = set()
    seen: set[int] = set()
    for task_id in kept:
        task = tasks[task_id]
        while task._parent is not None and task.id not in seen:
            seen.add(task.id)
            if task._parent in splits:
                found.add(task.id)
            task = tasks[task._parent]
    return found


def _nearest(
    tasks: dict[int, EngineTask], kept: set[int], ancestor: dict[int, int], task: EngineTask
) -> int | None:
    """The nearest kept ancestor; what was walked over is remembered for the next."""
    path: list[int] = []
    current = task._parent
    while current is not None and current not in kept and current not in ancestor:
        path.append(current)
        current = tasks[current]._parent
    found = ancestor.get(current, current) if current is not None else None
    if found is not None:
        ancestor.update(dict.fromkeys(path, found))
    return found


__all__ = ["prune"]
