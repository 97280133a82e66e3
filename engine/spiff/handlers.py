"""Who hears of an error: the nearest handler around the element that it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.spiff.places import parts
from engine.spiff.task import WAITING, EngineTask


def around(task: EngineTask) -> Iterator[EngineTask]:
    """The events that wait around an element, the nearest first, through subprocesses and calls."""
    activity: EngineTask | None = task
    while activity is not None:
        while isinstance(getattr(activity.parent, "task_spec", None), LoopTask):
            activity = activity.parent  # the instance of a repeated activity stands below it
        split = activity.parent
        if split is not None and isinstance(split.task_spec, BoundaryEventSplit):
            yield from (event for event in split.children if event is not activity and event.state == WAITING)
        workflow = activity.workflow
        if workflow.parent_task_id is None:
            return
        activity = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)


def handles(event: EngineTask, kind: Any, code: str | None) -> Any:
    """The definition by which an event takes a code, or None; one without a code takes any."""
    if not hasattr(event.task_spec, "take"):
        return None
    for definition in parts(event.task_spec):
        if isinstance(definition, kind) and definition.code in (None, code):
            return definition
    return None


def error_handler(task: EngineTask, code: str) -> EngineTask | None:
    """Find the event that handles an error: the activity's own, or an enclosing one's."""
    return next((event for event in around(task) if handles(event, ErrorEventDefinition, code)), None)


def throw_error(handler: EngineTask, code: str, payload: Any) -> None:
    """Let an event catch an error."""
    handler.task_spec.take(handler, handles(handler, ErrorEventDefinition, code), payload)
