"""The engine's task: SpiffWorkflow's, without its costs.

The library walks the whole task tree to find what is ready, hashes UUIDs and builds log
records for every change of state. Here a task has a small integer id that is unique in its
instance, and tells its workflow of each change, so that nothing has to be searched for.
Future tasks are not predicted: a task creates its children when it completes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.task import Task, TaskState

from engine.spiff.merging import Stamps, View, copy_json, covered, later, path_of, written

READY, WAITING, STARTED = TaskState.READY, TaskState.WAITING, TaskState.STARTED
FUTURE = TaskState.FUTURE
FINISHED = TaskState.FINISHED_MASK

# What a task can be doing when it fails; see :mod:`engine.spiff.skipping`.
ENTER, RUN, ARM, LOOK = "enter", "run", "arm", "look"
# Or a condition that it decides by: whether a complex gateway fires, a loop goes round again, a repeated
# activity or an ad-hoc subprocess has enough, or something is thrown as an instance completes.
FIRE, AGAIN, ENOUGH, THROW = "fire", "again", "enough", "throw"

# What has been written inside a task that hasn't completed yet.
REPORTED = "reported"
# What the instances of a parallel activity have written, until it ends: variables and stamps.
GATHERED = "gathered"


class EngineTask(Task):
    """A node of an instance's task tree.

    Attributes:
        base: The variables that it began with, until it is known what it has written; None afterwards.
        stamps: When each of its variables was written, as far as not all tokens know the same.
        preset: Variables that it has from elsewhere than its parent.
        touched: Variables that it has written, be it with the values that they had.

    What runs inside it reports what has been written, which is in ``internal_data`` to be kept.
    """

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
        self.base: dict[str, Any] | None = None
        self.stamps: Stamps = {}
        self.preset: dict[str, Any] = {}
        self.touched: set[str] = set()
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
        self.stamps = parent.view().stamps
        self.data = copy_json(parent.data) | self.preset
        # A merge writes nothing of its own.
        self.base = None if isinstance(self.task_spec, Join) else parent.data

    def view(self) -> View:
        """The task's variables; once it has finished, with what it has written itself."""
        if GATHERED in self.internal_data:
            return View(*self.internal_data[GATHERED])
        if self.base is not None and self.has_state(FINISHED):
            base, self.base = self.base, None
            if self._is_alone():
                self.stamps = {}  # whatever comes after it has all its variables from here
            else:
                reported = self.internal_data.pop(REPORTED, {})
                newer = {path for path, stamp in reported.items() if stamp > self.stamps.get(path, 0)}
                self.stamps = later(self.stamps, reported)
                paths = self.touched.union(written(base, self.data))
                found = [path for path in paths if not covered(path, newer)]
                if found:
                    self.note_written(found, self.workflow.top_workflow.next_write())
        return View(self.data, later(self.stamps, self.internal_data.get(REPORTED, {})))

    def put(self, values: Mapping[str, Any]) -> None:
        """Write variables; objects are compared with what they were, to find which members are written."""
        self.data.update(values)
        self.touched.update(path_of(name) for name, value in values.items() if type(value) is not dict)

    def take_over(self, view: View) -> None:
        """Have other variables than those of its parent."""
        self.data, self.stamps = view
        self.base = None

    def learn(self, view: View) -> None:
        """Know of what others have written, before writing anything itself."""
        self.data, self.stamps = view
        self.base = None if self.base is None else copy_json(view.data)

    def note_written(self, paths: Iterable[str], write: int) -> None:
        """Note which variables, or members of objects, were written by some write."""
        self.stamps = self.stamps | dict.fromkeys(paths, write)

    def report(self, view: View) -> None:
        """Take over what runs inside, with the moments when it was written."""
        self.data = view.data
        self.internal_data[REPORTED] = view.stamps

    def _is_alone(self) -> bool:
        """Whether every token of the instance comes from this task."""
        top = self.workflow.top_workflow
        return self.workflow is top and top.unfinished.keys() <= set(self._children)

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
        if self.workflow.top_workflow.come_to(self, RUN):
            return True
        if getattr(self.task_spec, "creates_children", True):
            self._sync_children(self.task_spec.outputs, TaskState.FUTURE)
        result: bool | None = super().run()
        return result

    def complete(self) -> None:
        """Mark the task complete, and come to what follows it."""
        self._set_state(TaskState.COMPLETED)
        self.task_spec._on_complete_hook(self)
        self.go_on()

    def go_on(self) -> None:
        """Come to what follows a task that is complete."""
        for child in self.children:
            if not child.has_state(FINISHED):
                child.enter()
        self.workflow._task_completed_notify(self)

    def enter(self) -> None:
        """Come to the task: it becomes ready, or waits."""
        if not self.workflow.top_workflow.come_to(self, ENTER):
            self.task_spec._update(self)
