"""The engine's task: SpiffWorkflow's, without its costs.

The library walks the whole task tree to find what is ready, hashes UUIDs and builds log
records for every change of state. Here a task has a small integer id that is unique in its
instance, and tells its workflow of each change, so that nothing has to be searched for.
Future tasks are not predicted: a task creates its children when it completes.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task, TaskState
from SpiffWorkflow.util.deep_merge import DeepMerge

READY, WAITING, STARTED = TaskState.READY, TaskState.WAITING, TaskState.STARTED
FUTURE = TaskState.FUTURE
FINISHED = TaskState.FINISHED_MASK


def copy_json(value: Any) -> Any:
    """Copy a JSON value deeply; several times faster than ``copy.deepcopy``."""
    kind = type(value)
    if kind is dict:
        return {key: copy_json(item) for key, item in value.items()}
    if kind is list:
        return [copy_json(item) for item in value]
    return value


class EngineTask(Task):
    """A node of an instance's task tree."""

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Any = None,
        state: int = TaskState.MAYBE,
        id: int | None = None,
    ) -> None:
        # The library's constructor is not called: it would draw a UUID and read the clock.
        self.id = workflow.top_workflow.next_task_id() if id is None else id
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent = None if parent is None else parent.id
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0
        workflow.tasks[self.id] = self
        if not state & FINISHED:
            workflow.unfinished[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> EngineTask:
        child = EngineTask(self.workflow, task_spec, self, state)
        if state == READY:
            child._ready()
        return child

    def _set_state(self, value: int) -> None:
        if value == self._state:
            return
        self._state = value
        if value & FINISHED:
            self.workflow.unfinished.pop(self.id, None)
        else:
            self.workflow.unfinished[self.id] = self
        # A counter in place of the clock: the library only compares it to order arrivals.
        self.last_state_change = self.workflow.top_workflow.record(self, value)

    def _inherit_data(self) -> None:
        parent = self.parent
        if self.data:
            self.data = DeepMerge.merge(self.data, copy_json(parent.data))
        else:
            self.data = copy_json(parent.data)

    def cancel(self) -> None:
        """Cancel the task and what runs below it.

        The library drops the unfinished children of a repeated activity without a word, so that the
        subprocesses of its runs would go on with no one to return to.
        """
        if not self.has_state(FINISHED):
            for child in self.children:
                if child.triggered and not child.has_state(FINISHED):
                    child.cancel()
        super().cancel()

    def run(self) -> bool | None:
        """Run the task's behaviour, having created the children that it chooses from."""
        if getattr(self.task_spec, "creates_children", True):
            self._sync_children(self.task_spec.outputs, TaskState.FUTURE)
        result: bool | None = super().run()
        return result
