"""The tokens of a loaded instance, and taking one away.

A token is what people see on a diagram: an unfinished element with all that belongs to it. The
boundary events of an activity go with it, and so do the rivals at an event-based gateway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.specs.Join import Join

from engine.spiff.ad_hoc import desk_of
from engine.spiff.gateways import EngineEventBasedGateway
from engine.spiff.joins import EngineParallelGateway
from engine.spiff.refusals import CancelsAttached, CancelsRepeated, LeavesJoinWaiting, TokenGone
from engine.spiff.task import FINISHED, WAITING, EngineTask
from engine.spiff.workflow import EngineWorkflow

REPEATED = " [child]"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as an operator sees it.

    Attributes:
        element_instance: What names it.
        process_id: The process or embedded subprocess that it is in.
        within: The element instance of the call or subprocess that runs this one; None at the top.
    """

    element_instance: int
    process_id: str
    element_id: str
    name: str
    within: int | None


def tokens_of(top: EngineWorkflow) -> list[Token]:
    """Every token that can be moved or cancelled, the outer ones first."""
    return [
        Token(
            task.id,
            task.workflow.spec.name,
            task.task_spec.bpmn_id,
            task.task_spec.bpmn_name or "",
            task.workflow.parent_task_id,
        )
        for task in top.active_tasks()
        if is_token(task) and not _attached(task) and not task.task_spec.name.endswith(REPEATED)
    ]


def is_token(task: EngineTask) -> bool:
    """Whether a task is an element of the diagram, and not the library's own bookkeeping."""
    return getattr(task.task_spec, "bpmn_id", None) is not None and not task.has_state(FINISHED)


def token(top: EngineWorkflow, element_instance: int) -> EngineTask:
    """Return the task of a token that can be taken away.

    Raises:
        TokenGone: If there is none of that number.
        CancelsAttached: If it is a boundary event.
        CancelsRepeated: If it is one run of an activity that runs several times.
    """
    for task in top.active_tasks():
        if task.id == element_instance and is_token(task):
            if _attached(task):
                raise CancelsAttached(name=_name(task))
            _refuse_repeated(task)
            return task
    raise TokenGone(element_instance=element_instance)


def group_of(task: EngineTask) -> list[EngineTask]:
    """The token's unfinished tasks: with its boundary events, or its rivals at an event-based gateway."""
    parent = task.parent
    before = None if parent is None else parent.task_spec
    rivals = isinstance(before, EngineEventBasedGateway) and before.exclusive
    if parent is not None and (rivals or isinstance(before, BoundaryEventSplit)):
        return [other for other in parent.children if not other.has_state(FINISHED)]
    return [task]


def cancel_token(task: EngineTask) -> None:
    """Cancel an element instance with all that belongs to it and runs in it."""
    for member in group_of(task):
        if not member.has_state(FINISHED):
            member.cancel()


def close_empty_scopes(top: EngineWorkflow) -> None:
    """Cancel each subprocess or called process in which no token is left, the inner ones first.

    Raises:
        CancelsRepeated: If one is a run of an activity that runs several times.
    """
    again = True
    while again:
        again = False
        for parent_id, part in list(top.subprocesses.items()):
            if part.completed or desk_of(part) or any(is_token(task) for task in part.unfinished.values()):
                continue
            owner = top.get_task_from_id(parent_id)
            if owner.has_state(FINISHED):
                continue
            _refuse_repeated(owner)
            cancel_token(owner)
            again = True


def settle(top: EngineWorkflow) -> None:
    """Let merges fire, and ad-hoc subprocesses end, that waited for what has been taken away."""
    for part in (*(p for p in top.subprocesses.values() if not p.completed), top):
        for task in list(part.unfinished.values()):
            if isinstance(task.task_spec, Join) and task.state == WAITING:
                task.task_spec._update(task)
        desk = desk_of(part)
        if desk is not None:
            desk.task_spec.look(desk)


def starved_joins(top: EngineWorkflow) -> dict[int, str]:
    """Parallel merges that wait for a flow which no token can reach any more, with their names."""
    starved = {}
    for task in top.active_tasks():
        spec = task.task_spec
        if not isinstance(spec, EngineParallelGateway) or task.state != WAITING:
            continue
        unfinished = list(task.workflow.unfinished.values())
        arrived = {t.parent.task_spec.name for t in unfinished if t.task_spec is spec and t.state == WAITING}
        elsewhere = {t.task_spec.name for t in unfinished if t.task_spec is not spec}
        desk = desk_of(task.workflow)
        if desk is not None:
            elsewhere |= desk.task_spec.can_bring(desk)
        for source in spec.inputs:
            if source.name not in arrived and not elsewhere & _upstream(source):
                starved[task.id] = _name(task)
    return starved


def refuse_starved_joins(top: EngineWorkflow, before: dict[int, str]) -> None:
    """Refuse a change that leaves a merge waiting for ever which could fire before.

    Raises:
        LeavesJoinWaiting: If there is one.
    """
    for element_instance, name in starved_joins(top).items():
        if element_instance not in before:
            raise LeavesJoinWaiting(name=name)


def _upstream(spec: Any) -> set[str]:
    """Names of the elements from which a token can reach an element, itself included."""
    seen: set[str] = set()
    todo = [spec]
    while todo:
        current = todo.pop()
        if current.name not in seen:
            seen.add(current.name)
            todo.extend(current.inputs)
    return seen


def _attached(task: EngineTask) -> bool:
    return isinstance(task.task_spec, BoundaryEvent)


def _refuse_repeated(task: EngineTask) -> None:
    if task.task_spec.name.endswith(REPEATED):
        raise CancelsRepeated(name=_name(task))


def _name(task: EngineTask) -> str:
    return task.task_spec.bpmn_name or str(task.task_spec.bpmn_id)


__all__ = [
    "REPEATED",
    "Token",
    "cancel_token",
    "close_empty_scopes",
    "group_of",
    "refuse_starved_joins",
    "settle",
    "starved_joins",
    "token",
    "tokens_of",
]
