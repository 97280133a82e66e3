"""What an instance waits for: people, timers, messages and external operations."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ConditionalEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from engine.spiff.ad_hoc import EngineAdHocSubprocess
from engine.spiff.choices import WaitingAdHoc, ad_hoc_at
from engine.spiff.groups import lane_of, own_group, people_in
from engine.spiff.places import places, shown
from engine.spiff.services import EngineServiceTask
from engine.spiff.starting import Listener
from engine.spiff.task import FINISHED, READY, RUN, STARTED, EngineTask
from engine.spiff.timers import TimerInstant
from engine.spiff.workflow import EngineWorkflow
from engine.values import Variables


@dataclass(frozen=True, slots=True)
class WaitingTimer:
    """A timer event and the instant at which it fires, in UTC; ``basis`` says how it came about."""

    element_instance: int
    element_id: str
    name: str
    due_at: dt.datetime
    basis: Variables | None = None


@dataclass(frozen=True, slots=True)
class WaitingUserTask:
    """A user or manual task that waits for a person; ``deadline`` is the timer that would end it."""

    element_instance: int
    process_id: str
    element_id: str
    name: str
    candidate_group: str
    form_key: str | None
    deadline: WaitingTimer | None


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """An event that waits for a message."""

    element_instance: int
    element_id: str
    message: str


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An event that waits for what isn't sent to it alone.

    Attributes:
        kind: ``signal`` or ``condition``.
        name: The signal's name, or the condition.
    """

    element_instance: int
    element_id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class WaitingService:
    """A service task that waits for the result of an external operation."""

    element_instance: int
    element_id: str
    name: str
    operation: str
    arguments: Variables


@dataclass(frozen=True, slots=True)
class Waits:
    """Everything that an instance waits for, each by its element instance.

    Attributes:
        ad_hoc: The ad-hoc subprocesses that are open, those in which nothing can be started now
            among them.
    """

    user_tasks: dict[int, WaitingUserTask]
    timers: dict[int, WaitingTimer]
    messages: dict[int, WaitingMessage]
    services: dict[int, WaitingService]
    events: dict[int, WaitingEvent] = field(default_factory=dict)
    ad_hoc: dict[int, WaitingAdHoc] = field(default_factory=dict)

    @property
    def choices(self) -> dict[int, WaitingAdHoc]:
        """The ad-hoc subprocesses in which something can be started now."""
        return {key: place for key, place in self.ad_hoc.items() if place.enabled}

    def __bool__(self) -> bool:
        return any((self.user_tasks, self.timers, self.messages, self.services, self.events, self.ad_hoc))


def waits_of(workflow: EngineWorkflow) -> Waits:
    """Everything that an instance waits for now."""
    waits = Waits({}, {}, {}, {})
    for task in workflow.active_tasks():
        spec = task.task_spec
        if task.state == READY and spec.manual:
            workflow.progress.note(task, RUN)
            waits.user_tasks[task.id] = _user_task(task)
        elif task.state == STARTED and isinstance(spec, EngineServiceTask):
            waits.services[task.id] = WaitingService(
                task.id,
                spec.bpmn_id,
                spec.bpmn_name or "",
                spec.operation_name,
                task.internal_data.get("arguments", {}),
            )
        elif task.state == STARTED and isinstance(spec, EngineAdHocSubprocess):
            desk = ad_hoc_at(task)
            if desk is not None:
                waits.ad_hoc[task.id] = desk
    for task in workflow.waiting_events():
        for place, definition in places(task):
            _add_event(waits, task, place, definition)
    return waits


def is_stalled(workflow: EngineWorkflow, waits: Waits) -> bool:
    """Whether an instance that hasn't ended can't go on: it waits for nothing.

    That it would start an event subprocess isn't enough: nothing may ever come to do so.
    """
    if waits.user_tasks or waits.services or waits.choices:
        return False
    return all(isinstance(event.task_spec, Listener) for event in workflow.waiting_events())


def _user_task(task: EngineTask) -> WaitingUserTask:
    spec = task.task_spec
    properties = (spec.extensions or {}).get("properties", {})
    return WaitingUserTask(
        element_instance=task.id,
        process_id=task.workflow.spec.name,
        element_id=spec.bpmn_id.removesuffix(" [child]"),
        name=spec.bpmn_name or spec.bpmn_id,
        candidate_group=people_in(task, own_group(task, spec) or lane_of(spec)),
        form_key=properties.get("formJsonSchemaFilename"),
        deadline=_deadline(task),
    )


def _add_event(waits: Waits, task: EngineTask, place: int, definition: Any) -> None:
    element_id, _ = shown(task.task_spec)
    if isinstance(definition, TimerInstant):
        waits.timers[place] = _timer(task, place, definition)
    elif isinstance(definition, MessageEventDefinition):
        waits.messages[place] = WaitingMessage(place, element_id, definition.name)
    elif isinstance(definition, SignalEventDefinition):
        waits.events[place] = WaitingEvent(place, element_id, "signal", definition.name)
    elif isinstance(definition, ConditionalEventDefinition):
        waits.events[place] = WaitingEvent(place, element_id, "condition", definition.expression)


def _timer(task: EngineTask, place: int, definition: TimerInstant) -> WaitingTimer:
    element_id, name = shown(task.task_spec)
    due = definition.arm(task)
    return WaitingTimer(place, element_id, name, due, definition.basis(task))


def _deadline(task: EngineTask) -> WaitingTimer | None:
    """The earliest interrupting timer on a task: what happens if nobody acts."""
    parent = task.parent
    if parent is None or not isinstance(parent.task_spec, BoundaryEventSplit):
        return None
    timers = [
        _timer(event, place, definition)
        for event in parent.children
        if isinstance(event.task_spec, BoundaryEvent)
        and event.task_spec.cancel_activity
        and not event.has_state(FINISHED)
        for place, definition in places(event)
        if isinstance(definition, TimerInstant)
    ]
    return min(timers, key=lambda timer: timer.due_at, default=None)
