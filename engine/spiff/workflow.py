"""A process instance in memory: it runs from one wait state to the next."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Container
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import TaskState

from engine.spiff.catching import interrupts
from engine.spiff.compensation import UNDO
from engine.spiff.conditions import Conditions
from engine.spiff.decisions import AskedDecision
from engine.spiff.ending import cancel_unfinished, end_at, notify_completed
from engine.spiff.objects import OBJECTS
from engine.spiff.places import places
from engine.spiff.pruning import prune
from engine.spiff.sharing import shared, view_at
from engine.spiff.skipping import Progress, given_instant, take_answer
from engine.spiff.stores import Stores
from engine.spiff.task import ARM, READY, WAITING, EngineTask
from engine.spiff.throwing import ThrownMessage, ThrownSignal
from engine.spiff.tracing import TraceEntry, traced
from engine.values import JSON

# A diagram that runs this many elements without ever waiting is taken to loop for ever.
MAX_ELEMENTS_IN_A_STEP = 200_000

# So many elements run before what they left behind in memory is forgotten.
PRUNE_EVERY = 1_000


class StepTooLong(Exception):
    """The diagram loops without a wait state."""


class EngineSubWorkflow(BpmnSubWorkflow):
    """The part of an instance that runs a called process or an embedded subprocess."""

    def __init__(self, spec: Any, parent_task_id: int, top_workflow: EngineWorkflow) -> None:
        self.unfinished: dict[int, EngineTask] = {}
        self.done: list[dict[str, Any]] = []
        super().__init__(spec, parent_task_id, top_workflow, deserializing=True)

    def begin(self) -> None:
        """Create the root task; a subprocess that is loaded from its state doesn't."""
        self.task_tree = EngineTask(self, self.spec.start, state=TaskState.FUTURE)
        self.task_tree.data = dict.fromkeys(getattr(self.spec, "properties", ()))
        self.task_tree._ready()

    def cancel(self, success: bool = False) -> None:
        """Cancel whatever is unfinished; its parent was interrupted."""
        self.completed = True
        cancel_unfinished(self)

    def terminate(self, task: EngineTask) -> None:
        """End this (sub)process at once, with the variables as they are now."""
        task.take_over(view_at(task))
        end_at(self, task)

    def _task_completed_notify(self, task: EngineTask) -> None:
        notify_completed(self, task)

    def _remove_task(self, task_id: int) -> None:
        self.unfinished.pop(task_id, None)
        super()._remove_task(task_id)


class EngineWorkflow(BpmnWorkflow):
    """The top level of an instance.

    Attributes:
        now: The instant of the step, which timers compare with; set by the caller.
        trace: What has happened since the instance was loaded.
        asked: The decision tables that were asked since then.
        thrown: What was sent to other instances since then.
        stores: The data stores as the step sees them.
        conditions: The events that wait for a condition.
        progress: What the step has come to, to say where it failed.
        context: What operations are given; opaque to this layer.
    """

    def __init__(self, spec: Any, subprocess_specs: dict[str, Any], script_engine: Any) -> None:
        self.unfinished: dict[int, EngineTask] = {}
        self.done: list[dict[str, Any]] = []
        self.last_task_id = 0
        self.changes = 0
        self.writes = 0
        self.agenda: deque[EngineTask] = deque()
        self.trace: list[TraceEntry] = []
        self.asked: list[AskedDecision] = []
        self.thrown: list[ThrownMessage | ThrownSignal] = []
        self.conditions = Conditions()
        self.progress = Progress()
        self.now: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.context: Any = None
        self.stores = Stores(self)
        super().__init__(spec, subprocess_specs, script_engine, deserializing=True)

    def next_task_id(self) -> int:
        """Return an id that no other task of the instance, subprocesses included, ever had."""
        self.last_task_id += 1
        return self.last_task_id

    def next_write(self) -> int:
        """Return the number of a write of variables that is later than all before."""
        self.writes += 1
        return self.writes

    def begin(self, variables: dict[str, Any]) -> None:
        """Create the root task with the variables that the instance starts with."""
        self.task_tree = EngineTask(self, self.spec.start, state=TaskState.FUTURE)
        self.task_tree.data = dict.fromkeys(self.spec.properties) | variables
        self.task_tree._ready()

    def record(self, task: EngineTask, state: int) -> int:
        """Note a change of a task's state: queue what became ready, trace what people read."""
        self.changes += 1
        spec = task.task_spec
        self.conditions.note(task)
        if state == READY and (not spec.manual or self.progress.waits_for(task)):
            if interrupts(spec):
                self.agenda.appendleft(task)
            else:
                self.agenda.append(task)
        entry = traced(task, state)
        if entry is not None:
            self.trace.append(entry)
        return self.changes

    def create_subprocess(self, my_task: EngineTask, spec_name: str) -> EngineSubWorkflow:
        """Start the workflow of a call activity or subprocess."""
        subprocess = EngineSubWorkflow(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = subprocess
        subprocess.begin()
        given = shared(my_task, my_task.view())
        if given is not None:
            subprocess.task_tree.stamps = given.stamps
        if "start" in my_task.internal_data:
            subprocess.task_tree.internal_data["start"] = my_task.internal_data.pop("start")
        return subprocess

    def reopen(self, holder: EngineTask, spec_name: str, objects: Any) -> EngineSubWorkflow:
        """Open a completed subprocess again, below a task that holds it, to undo what it did."""
        part = EngineSubWorkflow(self.subprocess_specs[spec_name], holder.id, self)
        if objects is not None:
            part.data[OBJECTS] = objects
        self.subprocesses[holder.id] = part
        part.completed_event.connect(holder.task_spec._on_subworkflow_completed, holder)
        part.task_tree = EngineTask(part, part.spec.task_specs[UNDO], None, TaskState.STARTED)
        return part

    def run_to_wait(self) -> None:
        """Run every ready element that needs no person, until nothing is left to run.

        Raises:
            StepTooLong: If that never comes to an end.
        """
        count = 0
        self.conditions.check(self.progress)
        while self.agenda:
            task = self.agenda.popleft()
            if task.state != READY or task.id not in task.workflow.tasks:
                continue
            task.run()
            self.conditions.check(self.progress)
            count += 1
            if count % PRUNE_EVERY == 0:
                for part in (self, *(p for p in self.subprocesses.values() if not p.completed)):
                    prune(part)
            if count > MAX_ELEMENTS_IN_A_STEP:
                raise StepTooLong(task.task_spec.bpmn_id or task.task_spec.name)
            if task.state == TaskState.COMPLETED and task.id in self.subprocesses:
                del self.subprocesses[task.id]

    def active_tasks(self) -> list[EngineTask]:
        """All unfinished tasks of the instance, those of its living subprocesses included."""
        tasks = list(self.unfinished.values())
        for subprocess in self.subprocesses.values():
            if not subprocess.completed:
                tasks.extend(subprocess.unfinished.values())
        return tasks

    def come_to(self, task: EngineTask, phase: str) -> bool:
        """Note what is about to happen; True if an operator's answer has taken its place."""
        answer = self.progress.reach(task, phase)
        if answer is None:
            return False
        take_answer(task, phase, answer.value)
        return True

    def given_instant(self, task: EngineTask) -> dt.datetime | None:
        """Note that a timer is about to be computed; returns the instant that an operator has given."""
        answer = self.progress.reach(task, ARM)
        return None if answer is None else given_instant(answer.value)

    def waiting_events(self) -> list[EngineTask]:
        """The events that wait for something, in the order in which they were reached."""
        return [
            task
            for task in self.active_tasks()
            if task.state == WAITING and isinstance(task.task_spec, CatchingEvent)
        ]

    def signal(self, name: str, payload: JSON, only: Container[int] | None = None) -> list[EngineTask]:
        """Give a signal to every place that waits for it, or to those of them that are named.

        Returns:
            The events that took it.
        """
        return [
            task
            for task in self.waiting_events()
            for place, definition in list(places(task))
            if isinstance(definition, SignalEventDefinition)
            and definition.name == name
            and (only is None or place in only)
            and task.task_spec.take(task, definition, payload)
        ]

    def cancel(self, workflow: Any = None) -> None:
        """Cancel the whole instance."""
        self.success, self.completed = False, True
        cancel_unfinished(self)

    def terminate(self, task: EngineTask) -> None:
        """End the process at once, with the variables as they are now."""
        task.take_over(view_at(task))
        end_at(self, task)

    def _task_completed_notify(self, task: EngineTask) -> None:
        notify_completed(self, task)

    def _remove_task(self, task_id: int) -> None:
        self.unfinished.pop(task_id, None)
        super()._remove_task(task_id)


__all__ = ["EngineSubWorkflow", "EngineWorkflow", "StepTooLong"]
