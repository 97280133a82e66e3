"""Ad-hoc subprocesses: people decide which of their activities are done, and how often.

SpiffWorkflow starts each activity by itself, refuses the sequential order, and evaluates the
completion condition over data that it keeps elsewhere. BPMN 2.0 (section 13.3.5) says: the
activities that no flow leads to are enabled; each can be started any number of times, side by side
or one at a time. Whenever an activity completes, the completion condition is evaluated. When it
holds, no further activity is executed, not even one that a flow leads to; what still runs is
cancelled, or awaited. A token that waits at a merge is nothing that runs: another activity may
be started to bring the token that it waits for, and it goes when the subprocess ends.

The standard lets people choose also when an activity begins that a flow has led to; here the
flow has chosen, and it begins at once.

A hidden task, the desk, stays while the subprocess is open and holds its variables: each run
begins with them, and what a completed activity changed goes back to them.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.task_parsers import SubprocessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.spiff.parser.process import SpiffProcessParser
from SpiffWorkflow.spiff.parser.task_spec import SpiffTaskParser
from SpiffWorkflow.spiff.specs.defaults import SubWorkflowTask
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.task import TaskState

from engine.spiff.catching import EngineIntermediateCatchEvent
from engine.spiff.compensation_parsing import led_to
from engine.spiff.language import evaluate
from engine.spiff.merging import View, copy_json, merge
from engine.spiff.objects import visible_objects, with_objects
from engine.spiff.task import ENOUGH, FINISHED, READY, STARTED, WAITING, EngineTask

# Names of hidden specs; no element's id can be one.
DESK, RUN = "[desk]", "[run]"


class EngineAdHocSubprocess(SubWorkflowTask):
    """The activity whose process has a desk instead of start and end events.

    Attributes:
        condition: The completion condition.
    """

    condition = ""


class RunOfDesk(BpmnTaskSpec):
    """Stands above what was started, with the variables that it began with."""


class Desk(BpmnTaskSpec):
    """Waits until the subprocess may end.

    Attributes:
        startable: The specs of the activities that can be started, by their ids.
        condition: The completion condition.
        sequential: Whether one must be over before the next is started.
        cancels: Whether what still runs is cancelled when the condition holds.
    """

    creates_children = False

    def __init__(self, wf_spec: Any, name: str, condition: str, *, sequential: bool, cancels: bool) -> None:
        super().__init__(wf_spec, name)
        self.condition = condition
        self.sequential = sequential
        self.cancels = cancels
        self.startable: dict[str, str] = {}

    def enables(self, desk: EngineTask) -> bool:
        """Whether an activity can be started now."""
        if desk.state != STARTED or desk.internal_data.get("closing"):
            return False
        return not self.sequential or all(_at_merge(task) for task in _running(desk))

    def begun(self, desk: EngineTask, element_id: str) -> int:
        """How often an activity has been started while the subprocess is open."""
        return int(desk.internal_data.get("begun", {}).get(element_id, 0))

    def start(self, desk: EngineTask, element_id: str) -> None:
        """Start an activity; the caller has made sure that it is enabled."""
        begun = desk.internal_data.setdefault("begun", {})
        begun[element_id] = self.begun(desk, element_id) + 1
        specs = self._wf_spec.task_specs
        run = EngineTask(desk.workflow, specs[RUN], desk, TaskState.COMPLETED)
        run.triggered = True
        run.take_over(View(copy_json(desk.data), desk.view().stamps))
        spec = specs[self.startable[element_id]]
        run._add_child(spec, TaskState.FUTURE).enter()

    def hear(self, desk: EngineTask, task: EngineTask) -> None:
        """Take over what a completed element changed, and end the subprocess if it is time."""
        if desk.state != STARTED or task.parent is None or task.parent is desk:
            return
        spec = task.task_spec
        if spec.bpmn_id is not None and not spec.name.endswith("[child]"):
            desk.report(merge([desk.view(), task.view()]))
        if isinstance(spec, SpiffBpmnTask) and not desk.internal_data.get("closing") and self._holds(desk):
            desk.internal_data["closing"] = True
            for other in _running(desk):
                if not other.has_state(FINISHED) and (self.cancels or _between_activities(other)):
                    other.cancel()
        if desk.internal_data.get("closing"):
            for child in task.children:
                # An activity with events on it is over once its join has taken those away.
                if not child.has_state(FINISHED) and not isinstance(child.task_spec, BoundaryEventJoin):
                    child.cancel()
            self.look(desk)

    def look(self, desk: EngineTask) -> None:
        """End the subprocess if it has enough, and what ran is over."""
        if desk.state == STARTED and desk.internal_data.get("closing") and not _running(desk):
            desk._set_state(READY)

    def can_bring(self, desk: EngineTask) -> set[str]:
        """The specs at which a token can still begin: those of the activities that people start."""
        return set() if desk.internal_data.get("closing") else set(self.startable.values())

    def _holds(self, desk: EngineTask) -> bool:
        top = desk.workflow.top_workflow
        activity = top.get_task_from_id(desk.workflow.parent_task_id)
        variables = with_objects(desk.data, visible_objects(desk))
        return bool(top.progress.decide(activity, ENOUGH, lambda: evaluate(self.condition, variables)))

    def _update_hook(self, my_task: EngineTask) -> bool:
        super()._update_hook(my_task)
        my_task._set_state(STARTED)
        return False

    def _run_hook(self, my_task: EngineTask) -> bool:
        my_task._sync_children(self.outputs, TaskState.FUTURE)
        return True


def desk_of(workflow: Any) -> EngineTask | None:
    """The desk of an open ad-hoc subprocess; None for another (sub)process."""
    if DESK not in workflow.spec.task_specs:
        return None
    return next((task for task in workflow.unfinished.values() if task.task_spec.name == DESK), None)


def _running(desk: EngineTask) -> list[EngineTask]:
    return [task for task in desk.workflow.unfinished.values() if task is not desk]


def _at_merge(task: EngineTask) -> bool:
    """Whether a token waits for others, that only another activity may bring."""
    spec = task.task_spec
    return task.state == WAITING and isinstance(spec, Join) and not isinstance(spec, BoundaryEventJoin)


def _between_activities(task: EngineTask) -> bool:
    """Whether a token waits on its way to an activity that isn't executed any more."""
    return _at_merge(task) or (
        task.state == WAITING and isinstance(task.task_spec, EngineIntermediateCatchEvent)
    )


def completion_condition(node: Any) -> str:
    """When an ad-hoc subprocess has enough; the linter refuses one that doesn't say."""
    text: str = node.findtext("{*}completionCondition")
    return text


class AdHocParser(SpiffTaskParser):
    """Parses the activity."""

    def create_task(self) -> Any:
        """Return the activity's spec."""
        extensions = self.parse_extensions()
        spec = self.spec_class(
            self.spec,
            self.bpmn_id,
            subworkflow_spec=SubprocessParser.get_ad_hoc_spec(self),
            prescript=extensions.get("preScript"),
            postscript=extensions.get("postScript"),
            **self.bpmn_attributes,
        )
        spec.condition = completion_condition(self.node)
        return spec


class AdHocProcessParser(SpiffProcessParser):
    """Parses what is inside: a desk, and behind it nothing but the end."""

    def create_spec(self) -> Any:
        """Return a spec as of any other process."""
        return BpmnProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        """Parse each activity that no flow leads to, and whatever follows it."""
        condition = completion_condition(self.node)
        sequential = self.node.get("ordering") == "Sequential"
        # The attribute counts where activities run side by side.
        cancels = sequential or self.node.get("cancelRemainingInstances", "true") in ("true", "1")
        desk = Desk(self.spec, DESK, condition, sequential=sequential, cancels=cancels)
        RunOfDesk(self.spec, RUN)
        self.spec.start.connect(desk)
        desk.connect(self.spec.end)
        targets = {flow.get("targetRef") for flow in self.xpath("./bpmn:sequenceFlow")}
        for node in self.node:
            known, _ = self.parser._get_parser_class(node.tag)
            is_boundary = node.get("attachedToRef") is not None
            is_handler = node.get("isForCompensation") in ("true", "1")
            if known is not None and not is_boundary and not is_handler and node.get("id") not in targets:
                spec = self.parse_node(node)
                spec.test = led_to  # by the desk, and not by a flow
                desk.startable[node.get("id")] = spec.name


__all__ = ["AdHocParser", "AdHocProcessParser", "EngineAdHocSubprocess", "desk_of"]
