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
from engine.spiff.compensation import SNAPSHOT
from engine.spiff.gateways import EngineEventBasedGateway
from engine.spiff.instance import SCRIPTS, Instance
from engine.spiff.merging import View, copy_json
from engine.spiff.parser import Program
from engine.spiff.remarks import Remark
from engine.spiff.roles import place_of
from engine.spiff.services import OperationCaller
from engine.spiff.sharing import current_view
from engine.spiff.starting import Listener
from engine.spiff.surveying import Survey, armed_events, survey
from engine.spiff.task import EngineTask
from engine.spiff.tokens import starved_joins

_PART_KEYS = {"root", "tasks", "data", "done"}
_SUBPROCESS_KEYS = {"parent", "process", *_PART_KEYS}
_INSTANCE_KEYS = {"format", "process", "last_id", "changes", "writes", "subprocesses", *_PART_KEYS}
# A multiple event's timers remember theirs with a number behind the name.
_REMEMBERED = {
    *("due", "basis", "cycle", "at", "event_fired", "places", "over", "held"),
    *(
        "arguments",
        "outer",
        "closing",
        "begun",
        "taken",
        "resets",
        "undoing",
        "asked_by",
        "changed",
        "removed",
        "was",
    ),
    *("merged", "remaining", "current", "cardinality", "total", "completed", "terminated", "items"),
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
        wakes: Whether a step has to follow the move: what it waits for may be there already.
    """

    obstacles: list[Remark] = field(default_factory=list)
    changes: list[Remark] = field(default_factory=list)
    instance: Instance | None = None
    wakes: bool = False


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
    starved = starved_joins(source.workflow)
    _rename(content, found)
    workflow = codec.build(target, content, SCRIPTS)
    instance = Instance(plan.scopes[process_id], workflow, now, caller)
    obstacles = [
        Remark("merge_starved", task.workflow.spec.name, task.task_spec.bpmn_id, name)
        for task_id, name in starved_joins(workflow).items()
        if task_id not in starved
        for task in [workflow.get_task_from_id(task_id)]
    ]
    if obstacles:
        return Relocation(obstacles=obstacles)
    armed = [*_arm_listeners(workflow, found), *_arm(workflow)]
    wakes = found.wakes or any(task.task_spec.conditional for task in armed)
    changes = [*found.changes, *(_armed(task) for task in armed)]
    return Relocation(changes=changes, instance=instance, wakes=wakes)


def _unknown_parts(content: dict[str, Any]) -> list[str]:
    """What a state holds that this module has never heard of; what is empty doesn't matter."""
    unknown = {key for key, value in content.items() if value and key not in _INSTANCE_KEYS}
    for part in (content, *content["subprocesses"]):
        if part is not content:
            unknown.update(key for key, value in part.items() if value and key not in _SUBPROCESS_KEYS)
        for row in part["tasks"]:
            if len(row) > 9:
                unknown.add(f"column {len(row)}")
            if len(row) > 7:
                unknown.update(key for key, value in row[7].items() if value and not _is_known(key))
    return sorted(unknown)


def _is_known(remembered: str) -> bool:
    return remembered in _REMEMBERED or remembered.rstrip("0123456789") in _REMEMBERED


def _rename(content: dict[str, Any], found: Survey) -> None:
    """Write the target's names into a state, and leave out what it doesn't have."""
    content["process"] = found.scopes[0]
    for part in (content, *content["subprocesses"]):
        key = part.get("parent", 0)
        part["process"] = found.scopes[key]
        part["done"] = found.done[key]
        part["tasks"] = [row for row in part["tasks"] if row[0] not in found.gone]
        for row in part["tasks"]:
            row[3] = found.names[row[0]]
            if row[0] in found.memories:
                row[7] |= found.memories[row[0]]


def _arm_listeners(workflow: Any, found: Survey) -> list[EngineTask]:
    """Let the event subprocesses listen that only the target has."""
    armed = []
    for key, names in found.listeners.items():
        part = workflow if key == 0 else workflow.subprocesses[key]
        armed += [_wait(part.task_tree, part.spec.task_specs[name]) for name in names]
    return armed


def _arm(workflow: Any) -> list[EngineTask]:
    """Let the events wait that stand beside a token and don't wait yet."""
    armed: list[EngineTask] = []
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
    if split_spec is None or parent is None or parent.task_spec.name == SNAPSHOT:
        return None
    split = EngineTask(task.workflow, split_spec, parent, TaskState.COMPLETED)
    split.take_over(View(copy_json(parent.data), parent.view().stamps))
    parent._children.remove(task.id)
    task._parent = split.id
    split._children.append(task.id)
    return split


def _wait(below: EngineTask, spec: Any) -> EngineTask:
    task = EngineTask(below.workflow, spec, below)
    if isinstance(spec, Listener):
        task.take_over(current_view(task))  # what it is below has begun long ago
    else:
        task._inherit_data()
    spec.arm(task)
    return task


def _armed(task: EngineTask) -> Remark:
    spec, scope = task.task_spec, task.workflow.spec
    element_id = str(place_of(spec).element_id)
    name = getattr(scope.task_specs[element_id], "bpmn_name", None)
    return Remark("event_armed", scope.name, element_id, name or "")


__all__ = ["ElementMap", "Relocation", "Remark", "relocate"]
