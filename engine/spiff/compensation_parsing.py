"""Compensation in diagrams: handlers, which no flow leads to, and the events that ask for them."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.spiff.compensation import CompensationThrow

DEFINITION = full_tag("compensateEventDefinition")
THROWING = (full_tag("intermediateThrowEvent"), full_tag("endEvent"))


def led_to() -> None:
    """A handler is led to by its event, and not by a flow."""


class CompensationParsing(TaskParser):
    """Mixed into each of the library's parsers: handlers, and the events that ask for them."""

    def parse_node(self) -> Any:
        """Parse an element, and the compensation handler on it, which no flow leads to."""
        attached = self.process_parser.boundary_events_by_attached
        events = attached.get(self.bpmn_id, [])
        handlers = [event for event in events if event.find(DEFINITION) is not None]
        if handlers:
            attached[self.bpmn_id] = [event for event in events if event not in handlers]
        parsed = super().parse_node()
        for event in handlers:
            handler = self.process_parser.parse_node(self._handler_of(event))
            handler.test = led_to  # the library runs nothing that no flow leads to
            self.task.handler = handler.name
        return parsed

    def create_task(self) -> Any:
        """Return the element's spec."""
        definition = self.node.find(DEFINITION)
        if definition is None or self.node.tag not in THROWING:
            return super().create_task()
        waits = definition.get("waitForCompletion", "true") in ("true", "1")
        activity = definition.get("activityRef")
        event = CompensationThrow(self.spec, self.bpmn_id, activity, waits=waits, **self.bpmn_attributes)
        if self.node.tag == full_tag("endEvent"):
            event.connect(self.spec.end)
        return event

    def _handler_of(self, event: Any) -> Any:
        for association in self.doc_xpath(f".//bpmn:association[@sourceRef='{event.get('id')}']"):
            return self.process_parser.get_node_by_id(association.get("targetRef"))
        return self.raise_validation_exception("A compensation event needs a handler")
