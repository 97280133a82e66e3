"""Where a token waits for events: a place for each definition of each event that waits.

An event with one definition is one place, named by its task's id. A multiple event has a place
for each of its definitions, with ids of their own from the instance's counter; so each can have
a row of its own, such as a timer, whatever else the event waits for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition

from engine.spiff.task import EngineTask


def parts(spec: Any) -> list[Any]:
    """The definitions of an event: one, or those of a multiple event."""
    definition = spec.event_definition
    if isinstance(definition, MultipleEventDefinition):
        found: list[Any] = definition.event_definitions
        return found
    return [definition]


def allot(task: EngineTask) -> None:
    """Give each definition of a multiple event an id, when the event begins to wait."""
    if isinstance(task.task_spec.event_definition, MultipleEventDefinition):
        next_id = task.workflow.top_workflow.next_task_id
        task.internal_data["places"] = [next_id() for _ in parts(task.task_spec)]


def places(task: EngineTask) -> Iterator[tuple[int, Any]]:
    """Each place at which a waiting event still waits: its id and its definition."""
    ids: list[int] | None = task.internal_data.get("places")
    if ids is None:
        yield task.id, task.task_spec.event_definition
        return
    over = task.internal_data.get("over", {})
    for index, definition in enumerate(parts(task.task_spec)):
        if str(index) not in over:
            yield ids[index], definition


def shown(spec: Any) -> tuple[str, str]:
    """Id and name of what the diagram shows of an event that waits."""
    shown: tuple[str, str] = getattr(spec, "shown", None) or (
        spec.bpmn_id.removesuffix(" [child]"),
        spec.bpmn_name or "",
    )
    return shown


def is_place_of(task: EngineTask, place: int) -> bool:
    """Whether a task waits, or waited, at a place."""
    return place == task.id or place in task.internal_data.get("places", ())
