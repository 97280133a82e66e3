"""What variables are now, for events that look at a (sub)process as a whole.

Each token carries its variables with it, so one that waits doesn't see what another has written since.
Conditional events and event subprocesses are about the (sub)process: they see the latest write of each
variable that any of its tokens knows of, and those in the subprocesses in it and around it. A called
process keeps its variables to itself until it ends, and so does each run of a repeated subprocess.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity

from engine.spiff.merging import View, merge, without
from engine.spiff.places import parts
from engine.spiff.task import READY, EngineTask
from engine.values import Variables

_REPEATED = " [child]"


def own_variables(owner: EngineTask) -> frozenset[str] | None:
    """What an activity has as variables of its own; None if it has nothing of what is around it."""
    for mapping in owner.task_spec.data_input_associations:
        return None if mapping.isolated else mapping.own
    return frozenset()


def shared(owner: EngineTask, view: View) -> View | None:
    """What of a view counts both within an activity and around it."""
    own = own_variables(owner)
    return None if own is None else without(view, own)


def variables_of(workflow: Any) -> Variables:
    """The variables as they are now in a running (sub)process as a whole."""
    found = sorted(_views(workflow, 0), key=lambda pair: pair[0])
    return merge([view for _, view in found]).data if found else {}


def view_at(task: EngineTask) -> View:
    """The variables as all tokens of a (sub)process know them, of which a task is the last to have moved."""
    found = sorted(_views(task.workflow, task.id), key=lambda pair: pair[0])
    return merge([*(view for _, view in found), task.view()])


def current_data(task: EngineTask) -> Variables:
    """The variables as they are now in the (sub)process of a task."""
    return current_view(task).data


def current_view(task: EngineTask) -> View:
    """The variables as they are now in the (sub)process of a task, and when they were written."""
    found: list[tuple[int, View]] = []
    workflow, inner, hidden = task.workflow, task.id, frozenset[str]()
    while True:
        found += [(at, without(view, hidden)) for at, view in _views(workflow, inner)]
        if workflow.parent_task_id is None:
            break
        owner = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        own = own_variables(owner)
        if isinstance(owner.task_spec, CallActivity) or own is None:
            break
        hidden |= own
        workflow, inner = owner.workflow, owner.id
    found.sort(key=lambda pair: pair[0])
    return merge([*(view for _, view in found), task.view()])


def learn_from_within(event: EngineTask) -> None:
    """Let an event on an activity know what has been written in there, whose tokens may end with it."""
    for activity in event.parent.children:
        own = own_variables(activity)
        if own is None or isinstance(activity.task_spec, (BoundaryEvent, CallActivity)):
            continue
        found = [activity.view()]
        part = event.workflow.top_workflow.subprocesses.get(activity.id)
        if part is not None and not part.completed:
            found += [view for _, view in sorted(_views(part, 0), key=lambda pair: pair[0])]
        event.learn(merge([*(without(view, own) for view in found), event.view()]))


def _views(workflow: Any, inner: int) -> Iterator[tuple[int, View]]:
    """What each token of a (sub)process knows, but for what runs in the one that is given."""
    for token in workflow.unfinished.values():
        if token.task_spec.name.endswith(_REPEATED) and token.id != inner:
            continue
        own = None if isinstance(token.task_spec, CallActivity) else own_variables(token)
        if own is None and token.state == READY:
            yield token.last_state_change, token.parent.view()  # what it brings counts when it has completed
        elif token.data or token.stamps:
            yield token.last_state_change, token.view()
        part = workflow.top_workflow.subprocesses.get(token.id)
        if own is not None and part is not None and not part.completed and token.id != inner:
            yield from ((at, without(view, own)) for at, view in _views(part, 0))


def is_conditional(element: Any) -> bool:
    """Whether an element waits for a condition."""
    return hasattr(element, "event_definition") and any(
        isinstance(part, ConditionalEventDefinition) for part in parts(element)
    )
