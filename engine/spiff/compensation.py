"""Compensation: what completed activities have done is undone, the latest first.

SpiffWorkflow has none. BPMN 2.0 (section 13.5.5): an activity that has completed and has a
compensation handler is remembered with the variables of that moment. A compensation event takes
what its scope remembers, of one activity or of all, and runs the handlers one after the other,
in reverse order. What a completed subprocess or called process remembered is its own
compensation, unless a handler on it, or a compensation event subprocess in it, stands for the whole.

Only what can be undone is kept, in ``done`` of each (sub)process; each round of a loop adds to it, up to
``MAX_REMEMBERED``. A handler reads the variables of its activity's time; what it changes reaches
the event that asked for it.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import TaskState

from engine.spiff.merging import carry, copy_json, gather, written
from engine.spiff.objects import OBJECTS
from engine.spiff.task import STARTED, EngineTask
from engine.values import Variables

MAX_REMEMBERED = 1_000
# Names of hidden specs that every process has; no element's id can be one.
UNDO, REOPENED, SNAPSHOT = "[undo]", "[reopened]", "[snapshot]"


class TooManyToCompensate(ValueError):
    """More activities of a scope have completed than can be remembered for compensation."""


def remember(task: EngineTask) -> None:
    """Remember a completed task, if it can be undone.

    Raises:
        TooManyToCompensate: Its scope remembers ``MAX_REMEMBERED`` already.
    """
    workflow, spec = task.workflow, task.task_spec
    record: dict[str, Any]
    part = workflow.top_workflow.subprocesses.get(task.id)
    if getattr(spec, "handler", None) is not None:
        record = {"element": spec.name, "data": copy_json(task.data)}
    elif part is not None and not _is_handler(task) and (part.done or _handler_in(part)):
        record = {"element": spec.name, "process": part.spec.name, "within": part.done}
        if _handler_in(part):
            whole = {"element": spec.name, "handler": _handler_in(part), "data": copy_json(task.data)}
            record |= {"within": [whole], "kept": part.done}
        if OBJECTS in part.data:
            record["objects"] = part.data[OBJECTS]
    else:
        return
    if len(workflow.done) >= MAX_REMEMBERED:
        raise TooManyToCompensate(f"{workflow.spec.name} has more than {MAX_REMEMBERED} of them")
    workflow.done.append(record)


def hand_on(task: EngineTask) -> None:
    """When a handler has completed, let whoever asked for it go on."""
    asked = task.parent
    if _is_handler(task):
        asked = asked.parent
    elif task.task_spec.name != REOPENED:
        return
    asked.task_spec.undone(asked, task)


def take(workflow: Any, activity: str | None) -> list[dict[str, Any]]:
    """Take what a scope remembers of one activity, or of all; it isn't undone twice."""
    taken: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    for record in workflow.done:
        name = record["element"].removesuffix(" [child]")
        (taken if activity in (None, name) else left).append(record)
    workflow.done = left
    return taken


def _handler_in(part: Any) -> str | None:
    """The compensation event subprocess of a (sub)process."""
    name: str | None = getattr(part.spec, "undone_by", None)
    return name


def _scope(workflow: Any) -> Any:
    """Whose activities an event compensates: those of the (sub)process around an event subprocess."""
    while workflow.parent_task_id is not None:
        owner = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        if not getattr(owner.task_spec, "listens", False):
            break
        workflow = owner.workflow
    return workflow


def _is_handler(task: EngineTask) -> bool:
    return task.parent is not None and task.parent.task_spec.name == SNAPSHOT


def collect(values: dict[str, Any], memory: dict[str, Any], before: Variables, after: Variables) -> None:
    """Add what a handler changed to what others did, for who will take it over later.

    Args:
        values: What stands for the moment after.
        memory: Where ``was`` is kept, which stands for the moment before.
    """
    was = _was(memory)
    gather(before, after, was, values)
    if was:
        memory["was"] = was


def collected(values: dict[str, Any], memory: dict[str, Any]) -> tuple[Variables, Variables]:
    """What has been collected, as variables before and after it; it isn't kept any longer."""
    return _was(memory), values


def _was(memory: dict[str, Any]) -> Variables:
    """What stands for the moment before; older releases kept the names of what was removed."""
    was: Variables = memory.pop("was", {})
    return dict.fromkeys(memory.pop("removed", ())) | was


class Undo(BpmnTaskSpec):
    """Runs handlers one after the other; how it goes on afterwards is up to each kind."""

    creates_children = False

    def undo(self, my_task: EngineTask, records: list[dict[str, Any]]) -> None:
        """Begin with the latest of what is to be undone."""
        my_task.internal_data["undoing"] = records
        self._next(my_task)

    def undone(self, my_task: EngineTask, handler: EngineTask) -> None:
        """Go on, after a handler, with what was done before that."""
        if handler.task_spec.name == REOPENED:
            self.receive(my_task, *collected(handler.data, handler.internal_data))
        else:
            self.receive(my_task, handler.parent.data, handler.data)
        self._next(my_task)

    def receive(self, my_task: EngineTask, before: Variables, after: Variables) -> None:
        """Take over what a handler changed."""
        carry(before, after, my_task.data)

    def over(self, my_task: EngineTask) -> None:
        """Go on: everything is undone."""
        my_task._sync_children(self.outputs, TaskState.FUTURE)
        my_task.complete()

    def _update_hook(self, my_task: EngineTask) -> bool:
        return my_task.state != STARTED and bool(super()._update_hook(my_task))

    def _next(self, my_task: EngineTask) -> None:
        records = my_task.internal_data["undoing"]
        if not records:
            my_task.internal_data.pop("undoing")
            self.over(my_task)
            return
        record, specs = records.pop(), self._wf_spec.task_specs
        if "within" in record:
            holder = my_task._add_child(specs[REOPENED], TaskState.FUTURE)
            holder.triggered = True
            holder._set_state(STARTED)
            part = my_task.workflow.top_workflow.reopen(holder, record["process"], record.get("objects"))
            part.done = record.get("kept", [])
            part.task_tree.task_spec.undo(part.task_tree, record["within"])
            return
        snapshot = EngineTask(my_task.workflow, specs[SNAPSHOT], my_task, TaskState.COMPLETED)
        snapshot.triggered = True
        snapshot.data = record["data"]
        handler = specs[record.get("handler") or specs[record["element"]].handler]
        snapshot._add_child(handler, TaskState.FUTURE).enter()


class CompensationThrow(Undo, BpmnSpecMixin):
    """A compensation event in the flow, or at its end.

    Attributes:
        activity: What it compensates; None for everything in its scope.
        waits: Whether it goes on only when that is done.
    """

    def __init__(self, wf_spec: Any, name: str, activity: str | None, *, waits: bool, **options: Any) -> None:
        super().__init__(wf_spec, name, **options)
        self.activity = activity
        self.waits = waits

    def _run_hook(self, my_task: EngineTask) -> bool | None:
        scope = _scope(my_task.workflow)
        records = take(scope, self.activity)
        if records and self.waits and scope is my_task.workflow:
            self.undo(my_task, records)
            return None
        if records:
            spec = scope.spec.task_specs[UNDO]
            beside = EngineTask(scope, spec, scope.task_tree, TaskState.FUTURE)
            beside.triggered = True
            beside._set_state(STARTED)
            if self.waits:
                beside.internal_data["asked_by"] = my_task.id
            spec.undo(beside, records)
            if self.waits:
                return None
        my_task._sync_children(self.outputs, TaskState.FUTURE)
        return True


class UndoBeside(Undo):
    """Undoes while nobody waits for it, or as the root of a subprocess that was reopened for it."""

    def receive(self, my_task: EngineTask, before: Variables, after: Variables) -> None:
        """Keep what a handler changed, and nothing else."""
        collect(my_task.data, my_task.internal_data, before, after)

    def over(self, my_task: EngineTask) -> None:
        """End, with the subprocess if it was reopened for this, or with an answer to who waits for it."""
        if my_task.parent is not None:
            asked_by = my_task.internal_data.pop("asked_by", None)
            before, after = collected(my_task.data, my_task.internal_data)
            top = my_task.workflow.top_workflow
            if asked_by is None:
                my_task.note_written(written(before, after), top.next_write())
                my_task._sync_children([self._wf_spec.end], TaskState.FUTURE)
            my_task.complete()
            if asked_by is not None:
                waiting = top.get_task_from_id(asked_by)
                waiting.task_spec.receive(waiting, before, after)
                waiting.task_spec.over(waiting)
            return
        workflow = my_task.workflow
        my_task._set_state(TaskState.COMPLETED)
        workflow.last_task, workflow.completed = my_task, True
        workflow.completed_event(workflow)


class Reopened(BpmnTaskSpec):
    """Holds a completed subprocess or called process while it is undone."""

    def _on_subworkflow_completed(self, part: Any, my_task: EngineTask) -> None:
        my_task.data = part.last_task.data
        my_task.internal_data |= {
            k: v for k, v in part.last_task.internal_data.items() if k in ("was", "removed")
        }
        del my_task.workflow.top_workflow.subprocesses[my_task.id]
        my_task.complete()

    def _on_cancel(self, my_task: EngineTask) -> None:
        my_task.workflow.top_workflow.subprocesses[my_task.id].cancel()


def add_specs(spec: Any) -> None:
    """Give a process the hidden specs that compensation needs."""
    UndoBeside(spec, UNDO)
    Reopened(spec, REOPENED)
    BpmnTaskSpec(spec, SNAPSHOT)


__all__ = [
    "CompensationThrow",
    "Undo",
    "add_specs",
    "hand_on",
    "remember",
    "take",
]
