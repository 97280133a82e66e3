"""Events that are thrown: messages and signals leave the instance, errors look for a handler.

The library offers what is thrown to every event that waits anywhere in the instance, and keeps
in a list what nobody took. Here a signal reaches every place of the instance that waits for it
and is handed to the step for all other instances; a message is handed to the step, which finds
its receiver by name and business key; an error goes to the nearest handler around it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import EndEvent, IntermediateThrowEvent
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins import EndEventMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import ThrowingEvent
from SpiffWorkflow.spiff.specs.defaults import SendTask

from engine.operations import BpmnError
from engine.spiff.handlers import handler_of, throw_error
from engine.spiff.instants import end_of_life
from engine.spiff.language import evaluate
from engine.spiff.objects import visible_objects, with_objects
from engine.spiff.payloads import payload_variable
from engine.spiff.places import parts
from engine.spiff.task import EngineTask
from engine.values import JSON, Variables

BUSINESS_KEY_PROPERTY = "businessKey"
TIME_TO_LIVE_PROPERTY = "timeToLive"


@dataclass(frozen=True, slots=True)
class ThrownMessage:
    """A message that an element sends; without a key it goes by the instance's own.

    Attributes:
        expires_at: Until when somebody can take it; None for as long as any message.
    """

    element_id: str
    message: str
    business_key: str | None
    payload: JSON
    expires_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ThrownSignal:
    """A signal that an element broadcasts to the other instances; its own has had it already."""

    element_id: str
    signal: str
    payload: JSON


def payload_of(definition: Any, variables: Variables) -> JSON:
    """What is thrown with a definition: the value of its expression, or else what is known of its code."""
    if getattr(definition, "expression", None) is not None:
        return evaluate(definition.expression, variables)
    if isinstance(definition, ErrorEventDefinition):
        return {"code": definition.code or "", "message": definition.name or ""}
    if isinstance(definition, EscalationEventDefinition):
        return {"code": definition.code, "name": definition.name}
    return {}


def _known(task: EngineTask) -> Variables:
    """What an expression of a throwing event reads."""
    return with_objects(task.data, visible_objects(task))


def _throw_nothing(task: EngineTask, definition: Any, payload: JSON) -> None:
    """A none event throws nothing, and a terminate event acts when it completes."""


def _throw_message(task: EngineTask, definition: Any, payload: JSON) -> None:
    properties = (task.task_spec.extensions or {}).get("properties", {})
    key, life = properties.get(BUSINESS_KEY_PROPERTY), properties.get(TIME_TO_LIVE_PROPERTY)
    top = task.workflow.top_workflow
    top.thrown.append(
        ThrownMessage(
            element_id=task.task_spec.bpmn_id,
            message=definition.name,
            business_key=None if key is None else str(evaluate(key, _known(task))),
            payload=payload,
            expires_at=None if life is None else end_of_life(top.now, evaluate(life, _known(task))),
        )
    )


def _throw_signal(task: EngineTask, definition: Any, payload: JSON) -> None:
    top = task.workflow.top_workflow
    top.thrown.append(ThrownSignal(task.task_spec.bpmn_id, definition.name, payload))
    top.signal(definition.name, payload)


def _throw_error(task: EngineTask, definition: Any, payload: JSON) -> None:
    error = BpmnError(definition.code or "", definition.name or "")
    if not throw_error(task, error.code, payload):
        raise error


def _throw_escalation(task: EngineTask, definition: Any, payload: JSON) -> None:
    """Hand it up to the nearest event that takes it; one that nobody takes is over, as BPMN 2.0 has it."""
    found = handler_of(task, EscalationEventDefinition, definition.code)
    if found is not None:
        found[0].task_spec.take(*found, payload)


# What each kind of definition does when it is thrown; there is no other.
THROWS: dict[type, Callable[[EngineTask, Any, JSON], None]] = {
    NoneEventDefinition: _throw_nothing,
    TerminateEventDefinition: _throw_nothing,
    MessageEventDefinition: _throw_message,
    SignalEventDefinition: _throw_signal,
    ErrorEventDefinition: _throw_error,
    EscalationEventDefinition: _throw_escalation,
}


def throw(task: EngineTask) -> None:
    """Throw each of an event's definitions.

    Raises:
        BpmnError: An error that nothing in the diagram handles.
        TypeError: A kind that the engine doesn't know; the linter refuses it.
    """
    for index, definition in enumerate(parts(task.task_spec)):
        thrower = next((t for kind, t in THROWS.items() if isinstance(definition, kind)), None)
        if thrower is None:
            raise TypeError(f"{type(definition).__name__} can't be thrown")
        name = payload_variable(task.task_spec, index)
        thrower(task, definition, task.data[name] if name else payload_of(definition, _known(task)))


class Throwing(ThrowingEvent):
    """What all throwing events share; stands before the library's class."""

    def _run_hook(self, my_task: EngineTask) -> bool:
        super(ThrowingEvent, self)._run_hook(my_task)
        throw(my_task)
        return True


class EngineIntermediateThrowEvent(Throwing, IntermediateThrowEvent):
    """Throws, and goes on."""


class EngineSendTask(Throwing, SendTask):
    """Sends a message, and goes on."""


class EngineEndEvent(Throwing, EndEvent):
    """Throws at the end of a way; a terminate event ends the (sub)process that it stands in."""

    def _on_complete_hook(self, my_task: EngineTask) -> None:
        super(EndEventMixin, self)._on_complete_hook(my_task)
        if any(isinstance(part, TerminateEventDefinition) for part in parts(self)):
            my_task.workflow.terminate(my_task)
