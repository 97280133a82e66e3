"""Moving an instance's tokens from one version of its process onto another.

Nothing is run: each token is put onto the element that its own is mapped to, with its data,
its id and what it remembers, such as the instant of a timer. Events beside a token that the
other version doesn't have are taken away, and those that only it has are armed. What isn't
known to be movable is an obstacle, and the instance stays where it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.task import TaskState

from engine.spiff import codec
from engine.spiff.gateways import EngineEventBasedGateway
from engine.spiff.instance import SCRIPTS, Instance
from engine.spiff.merging import View, copy_json
from engine.spiff.parser import Program
from engine.spiff.services import OperationCaller
from engine.spiff.surveying import Remark, Survey, armed_events, survey
from engine.spiff.task import EngineTask

_INSTANCE_KEYS = {
    "format",
    "process",
    "last_id",
    "changes",
    "writes",
    "subprocesses",
    "root",
    "tasks",
    "data",
}
_PART_KEYS = {"parent", "process", "root", "tasks", "data"}
_REMEMBERED = {
    *("due", "event_fired", "arguments", "merged", "remaining", "current", "cardinality"),
    *("total", "completed", "terminated", "items"),
    *("key_or_index", "item", "iteration", "number", "reported", "gathered"),
}


@dataclass(frozen=True)
class ElementMap:
    """Which scope and which element of one version becomes which of another.

    Attributes:
        scopes: Processes and embedded subprocesses, by their ids.
        elements: For each scope of the source, element id to element id.
    """

    scopes: Mapping[str, str]
    elements: Mapping[str, Mapping[str, str]]


@dataclass
class Relocation:
    """What a move would do, or did.

    Attributes:
        obstacles: Why it can't be done; then ``instance`` is None.
        changes: What comes and goes beside the tokens: events that are armed or removed.
        instance: The instance on the other version, not yet saved.
    """

    obstacles: list[Remark] = field(default_factory=list)
    changes: list[Remark] = field(default_factory=list)
    instance: Instance | None = None


def relocate(
    source: Instance, target: Program, plan: ElementMap, now: dt.datetime, caller: OperationCaller
) -> Relocation:
    """Put an instance onto another version of its process, in memory.

    Args:
        source: As it was loaded; it is not used any more afterwards.
        target: The program of the other version.
        now: The instant of the step; timers that are new count from it.
    """
    process_id = source.process_id
    content = orjson.loads(source.dump())
    unknown = _unknown_parts(content)
    if unknown:
        return Relocation(obstacles=[Remark("state_unknown", process_id, "", detail=", ".join(unknown))])
    found = survey(source.workflow, target, plan.scopes, plan.elements)
    if found.obstacles:
        return Relocation(obstacles=found.obstacles)
    _rename(content, found)
    workflow = codec.build(target, content, SCRIPTS)
    instance = Instance(plan.scopes[process_id], workflow, now, caller)
    changes = [*found.changes, *_arm(workflow)]
    return Relocation(changes=changes, instance=instance)


def _unknown_parts(content: dict[str, Any]) -> list[str]:
    """What a state holds that this module has never heard of; what is empty doesn't matter."""
    unknown = {key for key, value in content.items() if value and key not in _INSTANCE_KEYS}
    for part in (content, *content["subprocesses"]):
        if part is not content:
            unknown.update(key for key, value in part.items() if value and key not in _PART_KEYS)
        for row in part["tasks"]:
            if len(row) > 9:
                unknown.add(f"column {len(row)}")
            if len(row) > 7:
                unknown.update(key for key, value in row[7].items() if value and key not in _REMEMBERED)
    return sorted(unknown)


def _rename(content: dict[str, Any], found: Survey) -> None:
    """Write the target's names into a state, and leave out what it doesn't have."""
    content["process"] = found.scopes[0]
    for part in (content, *content["subprocesses"]):
        if part is not content:
            part["process"] = found.scopes[part["parent"]]
        part["tasks"] = [row for row in part["tasks"] if row[0] not in found.gone]
        for row in part["tasks"]:
            row[3] = found.names[row[0]]


def _arm(workflow: Any) -> list[Remark]:
    """Let the events wait that stand beside a token and don't wait yet."""
    armed: list[Remark] = []
    for task in workflow.active_tasks():
        split = _split_of(task)
        if split is None:
            continue
        there = {child.task_spec.name for child in split.children}
        for spec in armed_events(split.task_spec):
            if spec.name not in there:
                armed.append(_wait(split, spec))  # noqa: PERF401 - each one is there for the next
    return armed


def _split_of(task: EngineTask) -> EngineTask | None:
    """The split that starts the events beside a token; it is put in where only the target has one."""
    spec, parent = task.task_spec, task.parent
    if parent is not None and isinstance(parent.task_spec, (BoundaryEventSplit, EngineEventBasedGateway)):
        return parent  # type: ignore[no-any-return]
    split_spec = task.workflow.spec.task_specs.get(f"{spec.name}.BoundaryEventSplit")
    if split_spec is None or parent is None:
        return None
    split = EngineTask(task.workflow, split_spec, parent, TaskState.COMPLETED)
    split.take_over(View(copy_json(parent.data), parent.view().stamps))
    parent._children.remove(task.id)
    task._parent = split.id
    split._children.append(task.id)
    return split


def _wait(split: EngineTask, spec: Any) -> Remark:
    task = EngineTask(split.workflow, spec, split)
    task._inherit_data()
    spec.arm(task)
    return Remark("event_armed", split.workflow.spec.name, spec.bpmn_id, spec.bpmn_name or "")


__all__ = ["ElementMap", "Relocation", "Remark", "relocate"]
