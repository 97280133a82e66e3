"""Several flows out of one element: implicit splits, and activities that choose.

SpiffWorkflow refuses a second flow out of anything but a gateway, and knows neither conditions
nor a default flow on an activity. BPMN 2.0 (section 13.3.1) says: each flow without a condition
gets a token, each flow with one if it holds, and the default flow if none of them does. Here an
element may have several flows, and an activity that chooses has a hidden spec behind it that
decides; several flows into an activity need nothing, since each token is a task of its own. The same
spec gives several tokens on each flow if the activity has a completion quantity; the library knows none.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.task import TaskState

from engine.spiff.task import EngineTask


class NoWayOut(ValueError):
    """No condition holds, and there is no default flow."""

    def __init__(self) -> None:
        super().__init__("no condition holds and there is no default flow")


class FlowChoice(BpmnTaskSpec):
    """Behind an activity with conditional flows: which of them get a token.

    Attributes:
        ways: Each flow's condition, None for one that is always taken, and the name of its target.
        default: The target of the default flow.
        quantity: How many tokens each of them gets.
        flows: Id and name of each flow, in the order of ``outputs``.
    """

    creates_children = False

    def __init__(self, wf_spec: Any, name: str) -> None:
        super().__init__(wf_spec, name)
        self.ways: list[tuple[str | None, str]] = []
        self.default: str | None = None
        self.quantity = 1
        self.flows: list[tuple[str, str]] = []

    def add(self, target: Any, condition: str | None, *, default: bool) -> None:
        """Connect a flow's target."""
        self.connect(target)
        if default:
            self.default = target.name
        else:
            self.ways.append((condition, target.name))

    def _run_hook(self, my_task: EngineTask) -> bool:
        engine = my_task.workflow.script_engine
        always = [name for condition, name in self.ways if condition is None]
        chosen = [name for condition, name in self.ways if condition and engine.evaluate(my_task, condition)]
        if not chosen and self.default is not None:
            chosen = [self.default]
        if not always and not chosen:
            raise NoWayOut
        specs = self._wf_spec.task_specs
        ways = [specs[name] for name in (*always, *chosen)]
        my_task._sync_children(ways, TaskState.FUTURE)
        for spec in ways * (self.quantity - 1):
            my_task._add_child(spec, TaskState.FUTURE)
        return True


class FlowParsing(TaskParser):
    """Mixed into each of the library's parsers: what it does with an element's flows."""

    def handles_multiple_outgoing(self) -> bool:
        """Any element may have several flows; what may have none is the linter's matter."""
        return True

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool) -> None:
        """Connect a flow: straight, or through the choice behind an activity."""
        note = getattr(outgoing_task, "note_incoming", None)
        if note is not None:
            note(self.task.name, sequence_flow_node.get("id"))
        drawn = sequence_flow_node.get("id"), sequence_flow_node.get("name") or ""
        if not self._chooses():
            super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)
            self.task.flows = [*getattr(self.task, "flows", ()), drawn]
            return
        name = f"{self.task.name}.FlowChoice"
        choice = self.spec.task_specs.get(name)
        if choice is None:
            choice = FlowChoice(self.spec, name)
            choice.quantity = self._quantity()
            self.task.connect(choice)
        choice.add(outgoing_task, self.parse_condition(sequence_flow_node), default=is_default)
        choice.flows.append(drawn)

    def _chooses(self) -> bool:
        """Whether this is an activity with conditional flows, or one that gives several tokens on each."""
        if self.node.tag.endswith(("Gateway", "Event")):
            return False
        if self._quantity() > 1:
            return True
        flows = self.process_parser.get_outgoing_sequence_flows(self.bpmn_id)
        return any(self.parse_condition(flow) is not None for flow in flows)

    def _quantity(self) -> int:
        """How many tokens an activity gives on each flow that it leaves by."""
        return int(self.node.get("completionQuantity") or 1)


__all__ = ["FlowChoice", "FlowParsing", "NoWayOut"]
