"""Transactions that are cancelled: what they have done is undone, and their cancel event is triggered.

SpiffWorkflow cancels the tasks inside, and undoes nothing. BPMN 2.0 (section 13.5.4): a cancel
end event ends everything that still runs in the transaction, compensates what has completed in
it, the latest first, and then triggers the cancel event on it. A transaction that ends otherwise
is a subprocess like any other: an error that leaves it undoes nothing (a hazard), and what it has
completed can be compensated from outside.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.event_definitions import CancelEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from engine.spiff.compensation import Undo, collect, collected, take
from engine.spiff.merging import carry
from engine.spiff.places import parts
from engine.spiff.task import FINISHED, EngineTask
from engine.values import Variables


class CancelNotCaught(ValueError):
    """A cancel end event stands in no transaction with a cancel event on it."""


class CancelEnd(Undo, BpmnSpecMixin):
    """Undoes a transaction, and hands what the handlers changed to the event on it."""

    def _run_hook(self, my_task: EngineTask) -> bool | None:
        workflow = my_task.workflow
        for other in list(workflow.unfinished.values()):
            if other is not my_task and not other.has_state(FINISHED):
                other.cancel()
        records = take(workflow, None)
        if records:
            self.undo(my_task, records)
            return None
        self._cancel(my_task)
        return True

    def receive(self, my_task: EngineTask, before: Variables, after: Variables) -> None:
        """Keep what a handler changed apart from the transaction's own variables, which end with it."""
        collect(my_task.internal_data.setdefault("changed", {}), my_task.internal_data, before, after)

    def over(self, my_task: EngineTask) -> None:
        """Let the event on the transaction end it."""
        self._cancel(my_task)
        my_task.complete()

    def _cancel(self, my_task: EngineTask) -> None:
        workflow = my_task.workflow
        transaction = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        for event in transaction.parent.children:
            for definition in parts(event.task_spec) if hasattr(event.task_spec, "take") else ():
                if isinstance(definition, CancelEventDefinition):
                    changed = my_task.internal_data.pop("changed", {})
                    carry(*collected(changed, my_task.internal_data), event.data)
                    event.task_spec.take(event, definition, None)
                    return
        raise CancelNotCaught(self.bpmn_id)


class CancelParsing(TaskParser):
    """Mixed into each of the library's parsers: cancel end events."""

    def create_task(self) -> Any:
        """Return the element's spec."""
        cancels = self.node.find(full_tag("cancelEventDefinition")) is not None
        if not cancels or self.node.tag != full_tag("endEvent"):
            return super().create_task()
        return CancelEnd(self.spec, self.bpmn_id, **self.bpmn_attributes)


__all__ = ["CancelParsing"]
