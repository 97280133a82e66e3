"""The events that wait for a condition to become true."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.event_definitions import ConditionalEventDefinition

from engine.spiff.language import evaluate
from engine.spiff.objects import visible_objects, with_objects
from engine.spiff.places import places
from engine.spiff.sharing import current_data
from engine.spiff.skipping import Progress
from engine.spiff.task import LOOK, WAITING, EngineTask


class Conditions:
    """Which events of an instance wait for a condition, so that nothing has to be searched for."""

    def __init__(self) -> None:
        self._waiting: dict[int, EngineTask] = {}

    def note(self, task: EngineTask) -> None:
        """Note a task whose state has changed."""
        if getattr(task.task_spec, "conditional", False):
            if task.state == WAITING:
                self._waiting[task.id] = task
            else:
                self._waiting.pop(task.id, None)

    def check(self, progress: Progress) -> None:
        """Trigger the events whose condition has become true since it was looked at last, the oldest first.

        Their order must not depend on whether the instance has been saved since they began to wait.
        """
        for _, task in sorted(self._waiting.items()):
            if task.state != WAITING or task.workflow.completed:
                continue
            held = task.internal_data.setdefault("held", {})
            for place, definition in list(places(task)):
                if not isinstance(definition, ConditionalEventDefinition):
                    continue
                progress.note(task, LOOK)
                known = with_objects(current_data(task), visible_objects(task))
                holds = bool(evaluate(definition.expression, known))
                before, held[str(place)] = held.get(str(place), False), holds
                if holds and not before:
                    task.task_spec.take(task, definition, None)
