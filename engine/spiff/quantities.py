"""Start quantities: how many tokens an activity takes to begin.

SpiffWorkflow doesn't know them. BPMN 2.0 (sections 10.3 and 13.3.2): an activity begins once for so many
tokens, on whichever flows they come. What collects them stands before the activity, and the diagram doesn't
show it. How many tokens it gives when it ends is in ``flows``.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin

from engine.spiff.joins import TokenJoin
from engine.spiff.task import EngineTask

# What follows the id of its activity in a collector's name.
COLLECTOR = ".TokenCollector"


class TokenCollector(TokenJoin, UnstructuredJoin, BpmnTaskSpec):
    """Before an activity: waits for so many tokens, and merges their variables.

    Attributes:
        quantity: How many make one.
        collects_for: The id of the activity.
    """

    quantity = 1
    collects_for = ""

    def _arrived(self, my_task: EngineTask) -> dict[Any, EngineTask]:
        earlier = [task for task in self.waiting_tokens(my_task.workflow) if task is not my_task]
        tokens: dict[Any, EngineTask] = {task.id: task for task in earlier[: self.quantity - 1]}
        return {**tokens, my_task.parent.task_spec.name: my_task}

    def _may_fire(self, my_task: EngineTask, tokens: dict[Any, EngineTask]) -> bool:
        return len(tokens) >= self.quantity

    def _run_hook(self, my_task: EngineTask) -> bool:
        return True


class QuantityParsing(TaskParser):
    """Mixed into each of the library's parsers: flows lead to what collects their tokens."""

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool) -> None:
        """Connect a flow, to its target or to what collects before that."""
        target = self.process_parser.get_node_by_id(sequence_flow_node.get("targetRef"))
        entrance = _entrance(target, outgoing_task)
        super().connect_outgoing(entrance, sequence_flow_node, is_default)


def _entrance(activity: Any, entry: Any) -> Any:
    """Where a flow to an activity leads.

    Args:
        entry: The activity's own spec, or the one that starts its boundary events too.
    """
    quantity = int(activity.get("startQuantity") or 1)
    if quantity == 1:
        return entry
    process = entry._wf_spec
    name = f"{activity.get('id')}{COLLECTOR}"
    collector = process.task_specs.get(name)
    if collector is None:
        collector = TokenCollector(process, name)
        collector.quantity = quantity
        collector.collects_for = activity.get("id")
        collector.connect(entry)
    return collector


__all__ = ["COLLECTOR", "QuantityParsing", "TokenCollector"]
