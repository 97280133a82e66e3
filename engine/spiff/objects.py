"""Data objects: each has its value in the (sub)process that declares it."""

from __future__ import annotations

from typing import Any

from engine.spiff.task import EngineTask

# Where a workflow's data has them; what the library calls it is in saved states.
OBJECTS = "data_objects"


def visible_objects(my_task: EngineTask) -> dict[str, Any]:
    """The data objects in whose scope a task is, by id; None for what was never written."""
    found: dict[str, Any] = {}
    workflow = my_task.workflow
    while workflow is not None:
        for object_id in workflow.spec.data_objects:
            found.setdefault(object_id, workflow.data.get(OBJECTS, {}).get(object_id))
        workflow = workflow.parent_workflow
    return found


def with_objects(variables: dict[str, Any], objects: dict[str, Any]) -> dict[str, Any]:
    """What an expression reads: a data object that was never written hides no variable of its name."""
    written = {object_id: value for object_id, value in objects.items() if value is not None}
    return dict.fromkeys(objects) | variables | written


def holder(my_task: EngineTask, object_id: str) -> dict[str, Any]:
    """The values among which a data object is kept."""
    workflow = my_task.workflow
    while object_id not in workflow.spec.data_objects:
        workflow = workflow.parent_workflow
    values: dict[str, Any] = workflow.data.setdefault(OBJECTS, {})
    return values


__all__ = ["OBJECTS", "holder", "visible_objects", "with_objects"]
