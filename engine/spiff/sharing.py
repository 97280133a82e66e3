"""What variables are now, for events that look at a (sub)process as a whole.

Each token carries its variables with it, so one that waits doesn't see what another has written since.
Conditional events and event subprocesses are about the (sub)process: for them, what each completed
element has written is noted at the root of its (sub)process and of those around it, in ``shared``.
Only processes that have such events do so. A called process keeps its variables to itself, and so does
each run of a repeated subprocess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask
from SpiffWorkflow.specs.Join import Join

from engine.spiff.places import parts
from engine.spiff.task import EngineTask, copy_json
from engine.values import Variables

_REPEATED = " [child]"


def note_changes(task: EngineTask) -> None:
    """Note what a completed element has written, where an event may look at it."""
    if not getattr(task.workflow.spec, "watched", False) or task.parent is None:
        return
    # A merge writes nothing; a run of a repeated activity hands over when the activity ends.
    if isinstance(task.task_spec, Join) or task.task_spec.name.endswith(_REPEATED):
        return
    before = task.parent.data
    write(task.workflow, {k: v for k, v in task.data.items() if k not in before or before[k] != v})


def write(workflow: Any, changed: Variables) -> None:
    """Note that variables have been written in a (sub)process."""
    if not changed or not getattr(workflow.spec, "watched", False):
        return
    for part in _around(workflow, outwards=True):
        part.task_tree.internal_data.setdefault("shared", {}).update(copy_json(changed))


def current_data(task: EngineTask) -> Variables:
    """The variables as they are now in the (sub)process of a task."""
    data: Variables = copy_json(task.data)
    for part in reversed(list(_around(task.workflow, outwards=False))):
        data.update(copy_json(part.task_tree.internal_data.get("shared", {})))
    return data


def _around(workflow: Any, *, outwards: bool) -> Iterator[Any]:
    """A (sub)process and those around it that share their variables with it."""
    while True:
        yield workflow
        if workflow.parent_task_id is None:
            return
        owner = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        if isinstance(owner.task_spec, CallActivity):
            return
        if outwards and owner.task_spec.name.endswith(_REPEATED):
            return
        workflow = owner.workflow


def mark_watched(specs: Mapping[str, Any]) -> None:
    """Mark the specs of processes in which an event looks at variables, with their subprocesses."""
    for name in specs:
        family = list(_family(name, specs))
        if any(_looks(element) for member in family for element in member.task_specs.values()):
            for member in family:
                member.watched = True


def _family(name: str, specs: Mapping[str, Any]) -> Iterable[Any]:
    todo = [name]
    while todo:
        spec = specs[todo.pop()]
        yield spec
        todo += [
            element.spec
            for element in spec.task_specs.values()
            if isinstance(element, SubWorkflowTask) and not isinstance(element, CallActivity)
        ]


def _looks(element: Any) -> bool:
    return hasattr(element, "shown") or is_conditional(element)


def is_conditional(element: Any) -> bool:
    """Whether an element waits for a condition."""
    return hasattr(element, "event_definition") and any(
        isinstance(part, ConditionalEventDefinition) for part in parts(element)
    )
