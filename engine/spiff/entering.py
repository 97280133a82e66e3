"""Letting a token begin at an element: in the instance itself, or in a subprocess or called process.

A process that doesn't run yet is opened as its activity would open it, with its input mapping and
its boundary events; only its start event is left out, as the token begins elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.events.start_event import StartEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import (
    AdHocSubprocess,
    CallActivity,
    EventSubprocess,
    SubWorkflowTask,
)
from SpiffWorkflow.task import TaskState

from engine.errors import TuidanError
from engine.spiff.joins import TokenJoin, consume
from engine.spiff.merging import View, copy_json, merge
from engine.spiff.refusals import (
    ElementUnknown,
    EntersBoundaryEvent,
    EntersJoin,
    EntersRepeated,
    EntersStartEvent,
    EntersUnconnected,
    ScopeAmbiguous,
)
from engine.spiff.starting import Listener
from engine.spiff.task import EngineTask
from engine.spiff.tokens import REPEATED, is_token
from engine.spiff.workflow import EngineWorkflow
from engine.values import Variables


@dataclass(frozen=True, slots=True)
class Place:
    """An element that a token could be put on.

    Attributes:
        process_id: The process or embedded subprocess that draws it.
        refusal: Why it can't be entered, whatever the instance does; None if it can.
    """

    process_id: str
    element_id: str
    name: str
    refusal: TuidanError | None


def places_of(specs: Mapping[str, Any], process_id: str) -> list[Place]:
    """Every element of a process and of those that it can call."""
    found = []
    for scope_id, spec in _scopes(specs, process_id).items():
        for name, element in spec.task_specs.items():
            if getattr(element, "bpmn_id", None) is not None and not name.endswith(REPEATED):
                label = element.bpmn_name or element.bpmn_id
                found.append(Place(scope_id, element.bpmn_id, label, refusal_of(element)))
    return found


def refusal_of(element: Any) -> TuidanError | None:
    """Why an element can't be entered by hand; None if it can."""
    name, flows = element.bpmn_name or element.bpmn_id, len(element.inputs)
    if isinstance(element, BoundaryEvent):
        return EntersBoundaryEvent(name=name)
    if isinstance(element, StartEvent):
        plain = isinstance(element.event_definition, NoneEventDefinition)
        return None if plain else EntersStartEvent(name=name)
    if isinstance(element, TokenJoin) and flows > 1:
        return EntersJoin(name=name)
    if not flows or isinstance(element, EventSubprocess):
        return EntersUnconnected(name=name)
    return None


def enter(
    top: EngineWorkflow,
    process_id: str,
    element_id: str,
    *,
    source: EngineTask | None = None,
    closing: Collection[int] = (),
) -> EngineTask:
    """Put a token on an element.

    Args:
        process_id: The process or embedded subprocess that draws the element.
        source: The token that it is moved from: it brings its variables, and the new one stays in the
            same run of the process where it can.
        closing: Element instances that are about to be cancelled; nothing is put into them.

    Returns:
        What was entered: the element, or the bookkeeping before it that starts its boundary events too.

    Raises:
        TuidanError: One of :mod:`engine.spiff.refusals`.
    """
    spec = _scopes_of(top).get(process_id)
    element = spec.task_specs.get(element_id) if spec is not None else None
    if element is None or getattr(element, "bpmn_id", None) != element_id:
        raise ElementUnknown(process_id=process_id, element_id=element_id)
    refusal = refusal_of(element)
    if refusal is not None:
        raise refusal
    part, view = _scope(top, process_id, element.bpmn_name or element_id, source, closing)
    return _place(part, element, view)


def _place(part: Any, element: Any, view: View) -> EngineTask:
    """Begin at an element, below a finished task of its own that keeps the variables."""
    carrier = EngineTask(part, part.spec.start, part.task_tree, TaskState.COMPLETED)
    carrier.take_over(View(copy_json(view.data), view.stamps))
    entry = part.spec.task_specs.get(f"{element.name}.BoundaryEventSplit", element)
    token = carrier._add_child(entry, TaskState.FUTURE)
    token.enter()
    return token


def _scope(
    top: EngineWorkflow, process_id: str, name: str, source: EngineTask | None, closing: Collection[int]
) -> tuple[Any, View]:
    """The run of a process to put a token into, opened if there is none, and the token's variables."""
    if source is not None:
        part, view = source.workflow, source.view()
        while True:
            if part.spec.name == process_id and not _closes(part, closing):
                return part, view
            if part.parent_task_id is None:
                break
            owner = top.get_task_from_id(part.parent_task_id)
            view = owner.view() if _maps(owner.task_spec, part.spec) else view
            part = owner.workflow
    runs = [
        part
        for part in (top, *top.subprocesses.values())
        if part.spec.name == process_id and not part.completed and not _closes(part, closing)
    ]
    if len(runs) > 1:
        raise ScopeAmbiguous(process_id=process_id, count=len(runs))
    if runs:
        return runs[0], source.view() if source is not None else _shared_view(runs[0])
    return _open(top, process_id, name, source, closing)


def _open(
    top: EngineWorkflow, process_id: str, name: str, source: EngineTask | None, closing: Collection[int]
) -> tuple[Any, View]:
    """Start the activity that runs a process, and take its start away."""
    owners = [
        (scope_id, element)
        for scope_id, spec in _scopes_of(top).items()
        for element in spec.task_specs.values()
        if isinstance(element, SubWorkflowTask) and element.spec == process_id
    ]
    if len(owners) != 1:
        raise ScopeAmbiguous(process_id=process_id, count=len(owners))
    scope_id, owner_spec = owners[0]
    if owner_spec.name.endswith(REPEATED):
        raise EntersRepeated(name=name)
    if isinstance(owner_spec, (EventSubprocess, AdHocSubprocess)):
        raise EntersUnconnected(name=name)
    entry = enter(top, scope_id, owner_spec.bpmn_id, source=source, closing=closing)
    owner = entry
    if entry.task_spec is not owner_spec:
        entry.run()
        owner = next(child for child in entry.children if child.task_spec is owner_spec)
    part = top.subprocesses[owner.id]
    view = _shared_view(part)
    _take_start_away(part)
    return part, view


def begin_at(top: EngineWorkflow, variables: Variables, process_id: str, element_id: str) -> None:
    """Let a new instance begin at an element in place of its start.

    Raises:
        TuidanError: One of :mod:`engine.spiff.refusals`.
    """
    top.begin(variables)
    top.task_tree.run()
    _take_start_away(top)
    enter(top, process_id, element_id)


def _take_start_away(part: Any) -> None:
    """Take away what a process has just begun with."""
    for task in list(part.unfinished.values()):
        if not isinstance(task.task_spec, Listener):
            consume(task)


def _shared_view(part: Any) -> View:
    """The variables of a process's run: those of its tokens, or those that it began with."""
    tokens = [task for task in part.unfinished.values() if is_token(task)]
    return merge([task.view() for task in tokens] or [part.task_tree.view()])


def _closes(part: Any, closing: Collection[int]) -> bool:
    """Whether a run of a process lies in something that is about to be cancelled."""
    while part.parent_task_id is not None:
        if part.parent_task_id in closing:
            return True
        part = part.top_workflow.get_task_from_id(part.parent_task_id).workflow
    return False


def _maps(owner: Any, called: Any) -> bool:
    """Whether a call keeps the called process's variables to itself, but for those it maps."""
    mapping = called.io_specification
    return isinstance(owner, CallActivity) and mapping is not None and bool(mapping.data_outputs)


def _scopes_of(top: EngineWorkflow) -> dict[str, Any]:
    return _scopes(top.subprocess_specs, top.spec.name)


def _scopes(specs: Mapping[str, Any], process_id: str) -> dict[str, Any]:
    """The specs that an instance of a process can be in, by process id, its own first."""
    found: dict[str, Any] = {}
    todo = [process_id]
    while todo:
        scope_id = todo.pop(0)
        spec = specs.get(scope_id)
        if scope_id in found or spec is None:
            continue
        found[scope_id] = spec
        todo += [e.spec for e in spec.task_specs.values() if isinstance(e, SubWorkflowTask)]
    return found


__all__ = ["Place", "begin_at", "enter", "places_of", "refusal_of"]
