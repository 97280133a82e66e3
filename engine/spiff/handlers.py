"""Who hears of an error or an escalation: the nearest handler around the element it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.spiff.places import parts
from engine.spiff.task import WAITING, EngineTask


def around(task: EngineTask) -> Iterator[list[EngineTask]]:
    """The events that wait around an element, the nearest first, through subprocesses and calls.

    First those on its activity, then the event subprocesses beside it, then those on what runs it. What an
    event subprocess throws it doesn't hear itself, but hands on.
    """
    activity: EngineTask | None = task
    while activity is not None:
        while isinstance(getattr(activity.parent, "task_spec", None), LoopTask):
            activity = activity.parent  # the instance of a repeated activity stands below it
        split = activity.parent
        if split is not None and isinstance(split.task_spec, BoundaryEventSplit):
            yield [event for event in split.children if event is not activity and event.state == WAITING]
        workflow = activity.workflow
        yield [
            event
            for event in workflow.unfinished.values()
            if event.state == WAITING
            and hasattr(event.task_spec, "shown")
            and activity.task_spec not in event.task_spec.outputs
        ]
        if workflow.parent_task_id is None:
            return
        activity = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)


def handler_of(task: EngineTask, kind: Any, code: str | None) -> tuple[EngineTask, Any] | None:
    """The nearest event that takes a code, and its definition; one that names it before one for any."""
    for events in around(task):
        for wanted in (code, None):
            for event in events:
                for definition in parts(event.task_spec):
                    if isinstance(definition, kind) and definition.code == wanted:
                        return event, definition
    return None


def throw_error(task: EngineTask, code: str, payload: Any) -> bool:
    """Let the nearest event around an element catch an error; False if there is none."""
    found = handler_of(task, ErrorEventDefinition, code)
    return found is not None and bool(found[0].task_spec.take(*found, payload))
