"""What a person may want to read later about the elements of a step."""

from __future__ import annotations

from dataclasses import dataclass

from SpiffWorkflow.task import TaskState

from engine.spiff.task import READY, WAITING, EngineTask


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One change that a person may want to read later.

    Attributes:
        kind: ``entered`` (a wait state), ``completed``, ``cancelled``.
        source: The element before it in the diagram, to highlight the flow between.
    """

    kind: str
    process_id: str
    element_id: str
    element_name: str
    element_instance: int
    source: str | None


def traced(task: EngineTask, state: int) -> TraceEntry | None:
    """What a change of a task's state has to say; None if the diagram doesn't show the task."""
    spec = task.task_spec
    element_id = getattr(spec, "bpmn_id", None)
    if element_id is None or spec.name.endswith("[child]"):
        return None
    if state == TaskState.COMPLETED:
        kind = "completed"
    elif state == TaskState.CANCELLED:
        kind = "cancelled"
    elif state in (WAITING, TaskState.STARTED) or (state == READY and spec.manual):
        kind = "entered"
    else:
        return None
    return TraceEntry(
        kind, task.workflow.spec.name, element_id, spec.bpmn_name or "", task.id, source_of(task)
    )


def source_of(task: EngineTask) -> str | None:
    """The nearest element before a task that the diagram shows."""
    parent = task.parent
    while parent is not None:
        element_id: str | None = getattr(parent.task_spec, "bpmn_id", None)
        if element_id is not None:
            return element_id
        parent = parent.parent
    return None
