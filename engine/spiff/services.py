"""Service tasks: operations inside the step, or jobs that a worker does."""

from __future__ import annotations

from typing import Any, Protocol

from SpiffWorkflow.spiff.specs.defaults import ServiceTask
from SpiffWorkflow.task import TaskState

from engine.calendars import Calendar
from engine.operations import BpmnError, Operation
from engine.spiff.handlers import throw_error
from engine.spiff.stores import StoreReader
from engine.spiff.task import RUN, EngineTask
from engine.values import Variables


class OperationCaller(StoreReader, Protocol):
    """What the step offers to what runs in it; ``EngineWorkflow.context`` is one."""

    def operation(self, name: str) -> Operation:
        """Return the operation of that name."""
        ...

    def calendar(self, variables: Variables) -> Calendar:
        """Return the calendar by which a timer's working days are counted."""
        ...

    def group(self, name: str, variables: Variables) -> str:
        """Return who is meant by a candidate group or a lane; empty if nobody is."""
        ...

    def call(
        self, operation: Operation, element_id: str, element_instance: int, arguments: Variables
    ) -> Variables:
        """Call an operation inside the step."""
        ...


class EngineServiceTask(ServiceTask):
    """Calls an operation; an external one leaves the task started until its result comes."""

    def arguments(self, my_task: EngineTask) -> Variables:
        """Evaluate the parameters as the diagram gives them."""
        engine = my_task.workflow.script_engine
        return {
            name: engine.evaluate(my_task, p["value"]) for name, p in (self.operation_params or {}).items()
        }

    def _run_hook(self, my_task: EngineTask) -> bool | None:
        caller: OperationCaller = my_task.workflow.top_workflow.context
        operation = caller.operation(self.operation_name)
        if operation.external:
            my_task.internal_data["arguments"] = self.arguments(my_task)
            return None
        try:
            result = caller.call(operation, self.bpmn_id, my_task.id, self.arguments(my_task))
        except BpmnError as error:
            self.fail(my_task, error)
            return None
        my_task.put({self.result_variable: result})
        return True

    def finish(self, my_task: EngineTask, result: Any) -> None:
        """Take the result of an external operation and go on."""
        my_task.internal_data.pop("arguments", None)
        if my_task.workflow.top_workflow.come_to(my_task, RUN):
            return
        my_task.put({self.result_variable: result})
        if not my_task._children:
            my_task._sync_children(self.outputs, TaskState.FUTURE)
        my_task.complete()

    def fail(self, my_task: EngineTask, error: BpmnError) -> None:
        """Hand a business error to the boundary event that handles it.

        Raises:
            BpmnError: If nothing in the diagram handles its code.
        """
        if not throw_error(my_task, error.code, {"code": error.code, "message": error.message}):
            raise error
