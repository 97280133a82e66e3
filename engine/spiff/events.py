"""Event-based gateways, and who hears of an error."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import EventBasedGatewayParser
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import IntermediateCatchEvent
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.util.event import BpmnEvent

from engine.spiff.task import FINISHED, EngineTask


class EngineEventBasedGateway(BpmnSpecMixin):
    """Starts all the events behind it; the first that fires cancels the others.

    The library moves the events into the gateway, where a timer among them can't be told
    from a message. Here each event keeps its own definition, id and row.
    """


class EngineEventBasedGatewayParser(EventBasedGatewayParser):
    """Parses the gateway as a plain split."""

    def create_task(self) -> Any:
        """Return the gateway's spec."""
        return self.spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)


class EngineIntermediateCatchEvent(IntermediateCatchEvent):
    """A catch event that ends its rivals when it stands behind an event-based gateway."""

    def _on_ready_hook(self, my_task: EngineTask) -> None:
        super()._on_ready_hook(my_task)
        parent = my_task.parent
        if parent is not None and isinstance(parent.task_spec, EngineEventBasedGateway):
            for rival in parent.children:
                if rival is not my_task and not rival.has_state(FINISHED):
                    rival.cancel()


def error_handler(task: EngineTask, code: str) -> EngineTask | None:
    """Find the boundary event that handles an error: the activity's own, or an enclosing one's."""
    activity: EngineTask | None = task
    while activity is not None:
        split = activity.parent
        if split is not None and isinstance(split.task_spec, BoundaryEventSplit):
            for event in split.children:
                definition = getattr(event.task_spec, "event_definition", None)
                if (
                    isinstance(definition, ErrorEventDefinition)
                    and definition.code in (None, code)
                    and not event.has_state(FINISHED)
                ):
                    found: EngineTask = event
                    return found
        workflow = activity.workflow
        if workflow.parent_task_id is None:
            return None
        activity = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
    return None


def throw_error(handler: EngineTask, code: str, payload: Any) -> None:
    """Let a boundary event catch an error."""
    definition = handler.task_spec.event_definition
    handler.task_spec.catch(handler, BpmnEvent(type(definition)(definition.name, code=code), payload))
    handler.task_spec._update(handler)
