"""Event-based gateways: before events that wait, or at the start of a process."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import EventBasedGatewayParser
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import TaskState

from engine.spiff.task import EngineTask


class EngineEventBasedGateway(BpmnSpecMixin):
    """Starts all the events behind it; the first that fires cancels the others.

    The library moves the events into the gateway, where a timer among them can't be told
    from a message. Here each event keeps its own definition, id and row.
    """

    exclusive = True


class StartingGateway(EngineEventBasedGateway):
    """One that starts a process: each event behind it that comes starts an instance (section 13.4.4).

    The library knows none. ``internal_data['start']`` of its task says which event has come, as at the
    root of a process; an operator who puts a token here lets all the events wait.
    """

    creates_children = False

    def _run_hook(self, my_task: EngineTask) -> bool:
        start = my_task.internal_data.pop("start", None)
        begin = [s for s in self.outputs if start is None or not self.exclusive or s.bpmn_id == start[0]]
        my_task._sync_children(begin, TaskState.FUTURE)
        for child in my_task.children:
            if start is not None and child.task_spec.bpmn_id == start[0]:
                child.internal_data.update(caught=start[1], event_fired=True)
        return True


class ParallelStartingGateway(StartingGateway):
    """One that starts a process by the first of its events, and waits for all the others there."""

    exclusive = False


class EngineEventBasedGatewayParser(EventBasedGatewayParser):
    """Parses the gateway as a plain split."""

    def create_task(self) -> Any:
        """Return the gateway's spec."""
        spec_class = self.spec_class
        if starts_process(self.node):
            parallel = self.node.get("eventGatewayType") == "Parallel"
            spec_class = ParallelStartingGateway if parallel else StartingGateway
        return spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)


def starts_process(element: Any) -> bool:
    """Whether a gateway or receive task of a diagram starts its process by itself."""
    return element.get("instantiate") in ("true", "1")
