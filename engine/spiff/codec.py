"""An instance's state as bytes, without its specification.

A task is a short list. Finished tasks are kept only where something can still ask for them
(see ``pruning``), and their data only where an unfinished child can still inherit it; data is
written as what differs from the parent's. So the size of a state follows what the instance
does now, and not what it has done. The format has a version of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import StandardLoopTask
from SpiffWorkflow.specs.Join import Join

from engine.spiff.merging import Stamps, copy_json, differing, same
from engine.spiff.parser import Program
from engine.spiff.pruning import prune
from engine.spiff.task import FINISHED, GATHERED, REPORTED, EngineTask
from engine.spiff.upgrading import upgrade
from engine.spiff.workflow import EngineSubWorkflow, EngineWorkflow

FORMAT = 3
# Format 1 remembered the payload of a message under its name, which nothing asked for. Up to format 2
# tokens didn't know when a variable was written, nor had those that wait at a merge any of their own.
READABLE = frozenset({1, 2, FORMAT})


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
    kept = differing([stamps for part in (workflow, *parts) for stamps in _all_stamps(part)])
    subprocesses = [
        _dump_part(part, order, kept) | {"parent": part.parent_task_id, "process": part.spec.name}
        for part in parts
    ]
    state = _dump_part(workflow, order, kept) | {
        "format": FORMAT,
        "process": process_id,
        "last_id": workflow.last_task_id,
        "changes": len(order),
        "writes": workflow.writes if kept else 0,
        "subprocesses": subprocesses,
    }
    return orjson.dumps(state)


def _with_data(workflow: Any) -> dict[int, EngineTask]:
    """The tasks whose variables can still be asked for."""
    tasks: dict[int, EngineTask] = workflow.tasks
    inherited = {task._parent for task in workflow.unfinished.values()}
    return {
        i: t
        for i, t in tasks.items()
        if i in inherited or t.triggered or not t.state & FINISHED or len(tasks) == 1
    }


def _all_stamps(workflow: Any) -> Iterator[Stamps]:
    """When variables were written, as each task knows it that may still hand it on."""
    for task in _with_data(workflow).values():
        if task.data or task.stamps:
            yield task.view().stamps
        if GATHERED in task.internal_data:
            yield task.stamps


def _dump_part(workflow: Any, order: dict[int, int], kept: frozenset[str]) -> dict[str, Any]:
    tasks: dict[int, EngineTask] = workflow.tasks
    with_data = _with_data(workflow)
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
            stamps = _only(task.stamps, kept)
            inherited = {} if parent is None else _only(parent.stamps, kept)
        else:
            row.append(None)
            stamps = inherited = {}
        internal = _internal(task, kept)
        if stamps != inherited:
            row += [internal, stamps]
        elif internal:
            row.append(internal)
        rows.append(row)
    part = {"root": workflow.task_tree.id, "tasks": rows, "data": workflow.data}
    return part | {"done": workflow.done} if workflow.done else part


def _only(stamps: Stamps, kept: frozenset[str]) -> Stamps:
    return {path: stamp for path, stamp in stamps.items() if path in kept} if stamps else stamps


def _internal(task: EngineTask, kept: frozenset[str]) -> dict[str, Any]:
    """What a task remembers; of a standard loop's rounds only how many there were."""
    memory = task.internal_data
    rounds = memory.get("merged")
    if isinstance(rounds, list) and isinstance(task.task_spec, StandardLoopTask):
        memory = memory | {"merged": len(rounds)}
    if REPORTED in memory:
        memory = memory | {REPORTED: _only(memory[REPORTED], kept)}
    if GATHERED in memory:
        memory = memory | {GATHERED: [memory[GATHERED][0], _only(memory[GATHERED][1], kept)]}
    return memory


def _difference(base: dict[str, Any], data: dict[str, Any]) -> list[Any]:
    """What to add to the parent's data, and which of its keys to drop."""
    if same(base, data):
        return [{}, []]
    changed = {key: value for key, value in data.items() if key not in base or not same(base[key], value)}
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
    workflow.writes = content.get("writes", 0)
    if content["format"] < FORMAT:
        upgrade(workflow)
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
                task.stamps = parent.stamps
                if not state & FINISHED and not isinstance(task.task_spec, Join):
                    task.base = parent.data
        if len(row) > 7:
            task.internal_data = row[7]
            if isinstance(row[7].get("merged"), int):
                task.internal_data["merged"] = [""] * row[7]["merged"]
        if len(row) > 8:
            task.stamps = row[8]
        top.conditions.note(task)
    workflow.task_tree = tasks[content["root"]]
    workflow.data = content["data"]
    workflow.done = content.get("done", [])


__all__ = ["FORMAT", "StateUnreadable", "build", "dump", "load"]
