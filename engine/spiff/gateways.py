"""Event-based gateways."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import EventBasedGatewayParser
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin


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
