"""Changing the variables of a loaded instance: of every token, or of one and what runs in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine.spiff.merging import copy_json, merge
from engine.spiff.task import FINISHED, GATHERED, EngineTask
from engine.spiff.tokens import group_of, is_token, token
from engine.spiff.workflow import EngineWorkflow
from engine.values import Variables


@dataclass(frozen=True, slots=True)
class Edited:
    """A token whose variables were changed.

    Attributes:
        before: What the changed variables were; one that is missing here wasn't there.
    """

    element_instance: int
    element_id: str
    before: Variables


def edit_variables(
    top: EngineWorkflow, element_instance: int | None, values: Variables, removed: Collection[str]
) -> list[Edited]:
    """Set and remove variables.

    An element that hasn't come to its turn takes its variables from the finished one before it, again
    when its turn comes; so they are changed there too, and where that one is shared with tokens
    that aren't meant, in a copy of it.

    Args:
        element_instance: The token that is meant, with all that runs in it; None means every token.

    Raises:
        TokenGone: If there is no such token.
    """
    meant = top.active_tasks() if element_instance is None else _with_inner(top, token(top, element_instance))
    names = {*values, *removed}
    edited = []
    for task in meant:
        if is_token(task):
            before = {name: copy_json(task.data[name]) for name in sorted(names) if name in task.data}
            edited.append(Edited(task.id, task.task_spec.bpmn_id, before))
    write = top.next_write()
    ids = {task.id for task in meant}
    children: dict[int, list[EngineTask]] = {}
    parents: dict[int, EngineTask] = {}
    for task in meant:
        _set(task, values, removed, write)
        parent = task.parent
        if parent is not None and parent.has_state(FINISHED):
            parents[parent.id] = parent
            children.setdefault(parent.id, []).append(task)
    for parent_id, parent in parents.items():
        shared = any(c.id not in ids and not c.has_state(FINISHED) for c in parent.children)
        _set(_own_parent(parent, children[parent_id]) if shared else parent, values, removed, write)
    return edited


def _set(task: EngineTask, values: Variables, removed: Collection[str], write: int) -> None:
    task.note_written([*values, *removed], write)
    edited = [task.data]
    if GATHERED in task.internal_data:
        taken, stamps = task.internal_data[GATHERED]
        edited.append(taken)
        stamps.update(dict.fromkeys([*values, *removed], write))
    for data in edited:
        data.update(copy_json(values))
        for name in removed:
            data.pop(name, None)


def _with_inner(top: EngineWorkflow, task: EngineTask) -> list[EngineTask]:
    """A token's tasks with all that runs in them: the runs of a repeated activity, called processes."""
    found: dict[int, EngineTask] = {}
    todo = group_of(task)
    while todo:
        current = todo.pop()
        if current.id in found or current.has_state(FINISHED):
            continue
        found[current.id] = current
        todo += current.children
        part = top.subprocesses.get(current.id)
        if part is not None and not part.completed:
            todo += part.unfinished.values()
    return list(found.values())


def _own_parent(parent: EngineTask, children: list[EngineTask]) -> EngineTask:
    """Give some children of a finished task a parent of their own that is just like it."""
    own = EngineTask(parent.workflow, parent.task_spec, parent.parent or parent, parent.state)
    own.take_over(merge([parent.view()]))
    own.internal_data = copy_json(parent.internal_data)
    own.last_state_change = parent.last_state_change
    for child in children:
        parent._children.remove(child.id)
        own._children.append(child.id)
        child._parent = own.id
        child.base = None if child.base is None else own.data
    return own


__all__ = ["Edited", "edit_variables"]
