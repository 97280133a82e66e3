"""An instance's state as bytes, without its specification.

A task is a short list. Finished tasks are kept only where something can still ask for them
(see ``pruning``), and their data only where an unfinished child can still inherit it; data is
written as what differs from the parent's. So the size of a state follows what the instance
does now, and not what it has done. The format has a version of its own.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import StandardLoopTask

from engine.spiff.parser import Program
from engine.spiff.pruning import prune
from engine.spiff.task import FINISHED, EngineTask, copy_json
from engine.spiff.workflow import EngineSubWorkflow, EngineWorkflow

FORMAT = 2
# Format 1 remembered the payload of a message under its name, which nothing asked for.
READABLE = frozenset({1, FORMAT})


class StateUnreadable(ValueError):
    """The state has a format that this release doesn't know."""


def dump(workflow: EngineWorkflow, process_id: str) -> bytes:
    """Write an instance's state as JSON in UTF-8.

    Raises:
        TypeError: If a variable isn't JSON.
    """
    parts = [part for part in workflow.subprocesses.values() if not part.completed]
    changes: set[int] = set()
    for part in (workflow, *parts):
        prune(part)
        changes.update(task.last_state_change for task in part.tasks.values())
    # Changes of state are compared for their order only: counted anew, the numbers stay small.
    order = {change: number for number, change in enumerate(sorted(changes))}
    subprocesses = [
        _dump_part(part, order) | {"parent": part.parent_task_id, "process": part.spec.name} for part in parts
    ]
    state = _dump_part(workflow, order) | {
        "format": FORMAT,
        "process": process_id,
        "last_id": workflow.last_task_id,
        "changes": len(order),
        "subprocesses": subprocesses,
    }
    return orjson.dumps(state)


def _dump_part(workflow: Any, order: dict[int, int]) -> dict[str, Any]:
    tasks: dict[int, EngineTask] = workflow.tasks
    inherited = {task._parent for task in workflow.unfinished.values()}
    with_data = {
        i: t
        for i, t in tasks.items()
        if i in inherited or t.triggered or not t.state & FINISHED or len(tasks) == 1
    }
    rows = []
    for task_id, task in tasks.items():
        row: list[Any] = [
            task_id,
            task._parent or 0,
            task._state,
            task.task_spec.name,
            order[task.last_state_change],
            int(task.triggered),
        ]
        if task_id in with_data:
            parent = with_data.get(task._parent or 0)
            row.append(_difference(parent.data, task.data) if parent is not None else [task.data])
        else:
            row.append(None)
        if task.internal_data:
            row.append(_internal(task))
        rows.append(row)
    part = {"root": workflow.task_tree.id, "tasks": rows, "data": workflow.data}
    return part | {"done": workflow.done} if workflow.done else part


def _internal(task: EngineTask) -> dict[str, Any]:
    """What a task remembers; of a standard loop's rounds only how many there were."""
    rounds = task.internal_data.get("merged")
    if isinstance(rounds, list) and isinstance(task.task_spec, StandardLoopTask):
        return task.internal_data | {"merged": len(rounds)}
    return task.internal_data


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
    return build(program, orjson.loads(state), script_engine)


def build(program: Program, content: dict[str, Any], script_engine: Any) -> EngineWorkflow:
    """Rebuild an instance from a state that is parsed already; see :func:`load`."""
    if content.get("format") not in READABLE:
        raise StateUnreadable(f"format {content.get('format')} is not {FORMAT}")
    workflow = EngineWorkflow(program.specs[content["process"]], dict(program.specs), script_engine)
    _load_part(workflow, content)
    for part in content["subprocesses"]:
        parent = workflow.get_task_from_id(part["parent"])
        subprocess = EngineSubWorkflow(program.specs[part["process"]], parent.id, workflow)
        workflow.subprocesses[parent.id] = subprocess
        _load_part(subprocess, part)
        subprocess.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    workflow.last_task_id = content["last_id"]
    workflow.changes = content["changes"]
    return workflow


def _load_part(workflow: Any, content: dict[str, Any]) -> None:
    specs, tasks, top = workflow.spec.task_specs, workflow.tasks, workflow.top_workflow
    rows = deque(content["tasks"])
    while rows:
        row = rows.popleft()
        task_id, parent_id, state, name, changed, triggered, data = row[:7]
        if parent_id and parent_id not in tasks:
            rows.append(row)  # a migration has put a newer task before an older one
            continue
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
            if isinstance(row[7].get("merged"), int):
                task.internal_data["merged"] = [""] * row[7]["merged"]
        top.note_waiting(task)
    workflow.task_tree = tasks[content["root"]]
    workflow.data = content["data"]
    workflow.done = content.get("done", [])


__all__ = ["FORMAT", "StateUnreadable", "build", "dump", "load"]
