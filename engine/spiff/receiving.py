"""What an instance waits for, and what reaches it: answers, messages, signals, instants, results.

Each is given to the element that waits for it; what is late, because nothing waits for it any more, changes
nothing.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition

from engine.operations import BpmnError
from engine.spiff.ad_hoc import desk_of
from engine.spiff.places import is_place_of, places
from engine.spiff.services import EngineServiceTask
from engine.spiff.task import READY, STARTED, EngineTask
from engine.spiff.timers import TimerInstant
from engine.spiff.waits import Waits, waits_of
from engine.spiff.workflow import EngineWorkflow
from engine.values import JSON, Variables


class Receiving:
    """The part of an instance that waits and takes what arrives; it goes on when it is run."""

    def __init__(self, workflow: EngineWorkflow) -> None:
        self._workflow = workflow

    def waits(self) -> Waits:
        """What the instance waits for now."""
        return waits_of(self._workflow)

    def complete_user_task(self, element_instance: int, values: Variables) -> bool:
        """Complete a user task with what its form gave; False if it no longer waits."""
        task = self._task(element_instance)
        if task is None or task.state != READY or not task.task_spec.manual:
            return False
        task.put(values)
        task.run()
        return True

    def fire_timer(self, element_instance: int) -> bool:
        """Let a timer fire; False if it no longer waits or its instant hasn't come."""
        task, definition = self._place(element_instance)
        if task is None or not isinstance(definition, TimerInstant) or not definition.has_come(task):
            return False
        return bool(task.task_spec.take(task, definition, None))

    def deliver(self, element_instance: int, message: str, payload: JSON) -> bool:
        """Give a message to an event; False if it no longer waits for it."""
        task, definition = self._place(element_instance)
        if task is None or not isinstance(definition, MessageEventDefinition) or definition.name != message:
            return False
        return bool(task.task_spec.take(task, definition, payload))

    def signal(self, signal: str, payload: JSON, only: Container[int] | None = None) -> list[str]:
        """Give a signal to every place that waits for it, or to those of them that are named.

        Returns:
            The elements that took it.
        """
        return [task.task_spec.bpmn_id for task in self._workflow.signal(signal, payload, only)]

    def finish_service(self, element_instance: int, result: Variables) -> bool:
        """Take an external operation's result; False if nothing waits for it any more."""
        task = self._task(element_instance)
        if task is None or task.state != STARTED or not isinstance(task.task_spec, EngineServiceTask):
            return False
        task.task_spec.finish(task, result)
        return True

    def fail_service(self, element_instance: int, error: BpmnError) -> bool:
        """Hand an external operation's business error to the diagram.

        Raises:
            BpmnError: If the diagram doesn't handle it.
        """
        task = self._task(element_instance)
        if task is None or task.state != STARTED or not isinstance(task.task_spec, EngineServiceTask):
            return False
        task.task_spec.fail(task, error)
        return True

    def start_activity(self, element_instance: int, activity: str) -> bool:
        """Start an activity of an ad-hoc subprocess; False if it can't be started now."""
        place = self.waits().choices.get(element_instance)
        if place is None or activity not in {found.element_id for found in place.activities}:
            return False
        desk = desk_of(self._workflow.subprocesses[element_instance])
        desk.task_spec.start(desk, activity)  # type: ignore[union-attr]
        return True

    def _task(self, element_instance: int) -> EngineTask | None:
        for task in self._workflow.active_tasks():
            if task.id == element_instance:
                return task
        return None

    def _place(self, place: int) -> tuple[EngineTask | None, Any]:
        """The event that waits at a place, and its definition there."""
        for task in self._workflow.waiting_events():
            if is_place_of(task, place):
                return task, dict(places(task)).get(place)
        return None, None
