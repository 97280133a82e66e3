"""Events that wait: how they are armed, and what becomes of them when theirs has come.

The library asks every waiting event whether it catches what was thrown, fires a boundary event
once whether it interrupts or not, counts seen events of a multiple event by objects that can't
be saved, and hands an interruption on only when its turn comes. Here an event is given to the
one place that it is for. An event that doesn't interrupt goes on waiting, while a token of its
own leaves it; one that interrupts is the next thing that runs.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent, StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions import (
    CancelEventDefinition,
    ConditionalEventDefinition,
    MultipleEventDefinition,
    NoneEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.spiff.specs.defaults import ReceiveTask
from SpiffWorkflow.task import TaskState

from engine.spiff.gateways import EngineEventBasedGateway
from engine.spiff.merging import copy_json
from engine.spiff.payloads import payload_variable
from engine.spiff.places import allot, parts, places
from engine.spiff.sharing import current_view, learn_from_within
from engine.spiff.task import FINISHED, READY, WAITING, EngineTask
from engine.spiff.timers import TimerInstant

# What is remembered of an event for others, as the instance of a repeated activity.
_KEPT = ("key_or_index", "number", "outer")


class Catching(CatchingEvent):
    """What all waiting events share; stands before the library's class."""

    @property
    def stays(self) -> bool:
        """Whether the event goes on waiting when it is triggered, to be triggered again."""
        return False

    def may_take(self, my_task: EngineTask) -> bool:
        """Whether the event can still be triggered."""
        return bool(my_task.state == WAITING)

    def _update_hook(self, my_task: EngineTask) -> bool:
        if my_task.state == WAITING:
            return bool(my_task.internal_data.get("event_fired"))
        # Not the library's own: it would ask its event manager.
        super(CatchingEvent, self)._update_hook(my_task)
        definition = self.event_definition
        if my_task.internal_data.get("event_fired") or isinstance(definition, NoneEventDefinition):
            return True
        if isinstance(definition, TimerInstant) and definition.has_come(my_task):
            return True
        self.arm(my_task)
        return False

    def arm(self, my_task: EngineTask) -> None:
        """Begin to wait, with the variables that the task has."""
        my_task._set_state(WAITING)
        allot(my_task)
        for part in parts(self):
            if isinstance(part, TimerInstant):
                part.arm(my_task)

    def _on_ready_hook(self, my_task: EngineTask) -> None:
        super(CatchingEvent, self)._on_ready_hook(my_task)
        end_rivals(my_task)

    def take(self, my_task: EngineTask, definition: Any, payload: Any) -> bool:
        """Take what has come for one of the event's definitions.

        Returns:
            False if the event can't be triggered any more.
        """
        if not self.may_take(my_task):
            return False
        if my_task.triggered and not my_task.data:
            my_task._inherit_data()  # an older release forgot the variables of a repeated receive task
        index = next(i for i, part in enumerate(parts(self)) if part is definition)
        spent = isinstance(definition, TimerInstant) and not definition.advance(my_task)
        if isinstance(self.event_definition, MultipleEventDefinition):
            over = my_task.internal_data.setdefault("over", {})
            if self.event_definition.parallel:
                over[str(index)] = payload
                if len(over) == len(parts(self)):
                    my_task.internal_data.pop("over")
                    self._trigger(my_task, [[int(i), over[i]] for i in sorted(over, key=int)])
                return True
            if spent:
                over[str(index)] = None
            spent = next(places(my_task), None) is None
        self._trigger(my_task, [[index, payload]], spent=spent)
        return True

    def _trigger(self, my_task: EngineTask, caught: list[list[Any]], *, spent: bool = False) -> None:
        leaving = my_task
        if self.stays and not spent:
            leaving = my_task.parent._add_child(self, TaskState.FUTURE)
        leaving.internal_data.update(caught=caught, event_fired=True)
        self._update(leaving)

    def _run_hook(self, my_task: EngineTask) -> bool:
        for index, payload in my_task.internal_data.pop("caught", ()):
            definition = parts(self)[index]
            variable = getattr(definition, "message_var", None) or getattr(definition, "variable", None)
            if isinstance(definition, ConditionalEventDefinition):
                my_task.learn(current_view(my_task))
            for name in (variable, payload_variable(self, index)):
                if name:
                    my_task.put({name: copy_json(payload)})
        kept = {name: my_task.internal_data[name] for name in _KEPT if name in my_task.internal_data}
        my_task.internal_data.clear()
        my_task.internal_data.update(kept, event_fired=False)
        return True

    def _on_cancel(self, my_task: EngineTask) -> None:
        super(CatchingEvent, self)._on_cancel(my_task)


def end_rivals(my_task: EngineTask) -> None:
    """Of the events behind an event-based gateway, the first that is triggered ends the others."""
    parent = my_task.parent
    gateway = None if parent is None else parent.task_spec
    if isinstance(gateway, EngineEventBasedGateway) and gateway.exclusive:
        for rival in parent.children:
            if rival is not my_task and not rival.has_state(FINISHED):
                rival.cancel()


class EngineIntermediateCatchEvent(Catching, IntermediateCatchEvent):
    """Waits in the flow."""


class EngineReceiveTask(Catching, ReceiveTask):
    """Waits in the flow, as an activity: it can be repeated and have boundary events."""


class EngineStartEvent(Catching, StartEvent):
    """Passes at once: what triggered it has come before there was an instance to wait."""


class EngineBoundaryEvent(Catching, BoundaryEvent):
    """Waits on an activity."""

    creates_children = False

    @property
    def stays(self) -> bool:
        """As long as the activity does, if the event leaves it alone."""
        return not self.cancel_activity

    def may_take(self, my_task: EngineTask) -> bool:
        """Not when the activity is about to be interrupted by another."""
        return super().may_take(my_task) and not any(
            event.state == READY
            and isinstance(event.task_spec, BoundaryEvent)
            and event.task_spec.cancel_activity
            for event in my_task.parent.children
        )

    def _run_hook(self, my_task: EngineTask) -> bool:
        if not any(isinstance(part, CancelEventDefinition) for part in parts(self)):
            learn_from_within(my_task)
        super()._run_hook(my_task)
        my_task._sync_children(self.following, TaskState.FUTURE)
        return True

    @property
    def following(self) -> list[Any]:
        """What a token that leaves the event goes on to.

        The library's join ends the activity; an event that leaves it alone has nothing to do there.
        """
        return [
            spec for spec in self.outputs if self.cancel_activity or not isinstance(spec, BoundaryEventJoin)
        ]


def interrupts(spec: Any) -> bool:
    """Whether an event ends something when it is triggered, so that nothing may run before it."""
    if isinstance(spec, EngineBoundaryEvent):
        return bool(spec.cancel_activity)
    return bool(getattr(spec, "interrupting", False))
