"""An instance's state as bytes, without its specification.

A task is a short list. Of finished tasks only those are kept that an unfinished one comes
from, and their data only where an unfinished child can still inherit it; data is written
as what differs from the parent's. The format has a version of its own.
"""

from __future__ import annotations

from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent

from engine.spiff.parser import Program
from engine.spiff.task import FINISHED, WAITING, EngineTask, copy_json
from engine.spiff.workflow import EngineSubWorkflow, EngineWorkflow

FORMAT = 1


class StateUnreadable(ValueError):
    """The state has a format that this release doesn't know."""


def dump(workflow: EngineWorkflow, process_id: str) -> bytes:
    """Write an instance's state as JSON in UTF-8.

    Raises:
        TypeError: If a variable isn't JSON.
    """
    subprocesses = [
        _dump_part(part) | {"parent": part.parent_task_id, "process": part.spec.name}
        for part in workflow.subprocesses.values()
        if not part.completed
    ]
    state = _dump_part(workflow) | {
        "format": FORMAT,
        "process": process_id,
        "last_id": workflow.last_task_id,
        "changes": workflow.changes,
        "subprocesses": subprocesses,
    }
    return orjson.dumps(state)


def _dump_part(workflow: Any) -> dict[str, Any]:
    tasks = workflow.tasks
    kept: dict[int, EngineTask] = {}
    inherited: set[int] = set()
    for task in workflow.unfinished.values():
        current = task
        if current._parent is not None:
            inherited.add(current._parent)
        while current.id not in kept:
            kept[current.id] = current
            for child in current._children:  # what instances of a loop have done so far
                sibling = tasks[child]
                if sibling.triggered:
                    kept.setdefault(child, sibling)
                    inherited.add(child)
            if current._parent is None:
                break
            current = tasks[current._parent]
    if not kept:
        kept = {workflow.task_tree.id: workflow.task_tree}
    with_data = {i: t for i, t in kept.items() if i in inherited or not t.state & FINISHED}
    rows = []
    for task_id in sorted(kept):
        task = kept[task_id]
        row: list[Any] = [
            task_id,
            task._parent or 0,
            task._state,
            task.task_spec.name,
            task.last_state_change,
            int(task.triggered),
        ]
        if task_id in with_data:
            parent = with_data.get(task._parent or 0)
            row.append(_difference(parent.data, task.data) if parent is not None else [task.data])
        else:
            row.append(None)
        if task.internal_data:
            row.append(task.internal_data)
        rows.append(row)
    return {"root": workflow.task_tree.id, "tasks": rows, "data": workflow.data}


def _difference(base: dict[str, Any], data: dict[str, Any]) -> list[Any]:
    """What to add to the parent's data, and which of its keys to drop."""
    if base == data:
        return [{}, []]
    changed = {key: value for key, value in data.items() if key not in base or base[key] != value}
    return [changed, [key for key in base if key not in data]]


def load(program: Program, state: bytes, script_engine: Any) -> EngineWorkflow:
    """Rebuild an instance from its state and the shared specification.

    Raises:
        StateUnreadable: If the format is another release's.
    """
    content = orjson.loads(state)
    if content.get("format") != FORMAT:
        raise StateUnreadable(f"format {content.get('format')} is not {FORMAT}")
    workflow = EngineWorkflow(program.specs[content["process"]], dict(program.specs), script_engine)
    _load_part(workflow, content, workflow)
    for part in content["subprocesses"]:
        parent = workflow.get_task_from_id(part["parent"])
        subprocess = EngineSubWorkflow(program.specs[part["process"]], parent.id, workflow)
        workflow.subprocesses[parent.id] = subprocess
        _load_part(subprocess, part, workflow)
        subprocess.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    workflow.last_task_id = content["last_id"]
    workflow.changes = content["changes"]
    return workflow


def _load_part(workflow: Any, content: dict[str, Any], top: EngineWorkflow) -> None:
    specs, tasks = workflow.spec.task_specs, workflow.tasks
    for row in content["tasks"]:
        task_id, parent_id, state, name, changed, triggered, data = row[:7]
        parent = tasks.get(parent_id)
        task = EngineTask(workflow, specs[name], parent, state, task_id)
        task.last_state_change = changed
        task.triggered = bool(triggered)
        if data is not None:
            if len(data) == 1:
                task.data = data[0]
            else:
                task.data = {k: copy_json(v) for k, v in parent.data.items() if k not in data[1]} | data[0]
        if len(row) > 7:
            task.internal_data = row[7]
        if state == WAITING and isinstance(task.task_spec, CatchingEvent):
            top.event_manager.add_task(task)
    workflow.task_tree = tasks[content["root"]]
    workflow.data = content["data"]


__all__ = ["FORMAT", "StateUnreadable", "dump", "load"]
