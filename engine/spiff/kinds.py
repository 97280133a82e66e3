"""What kinds of element a parsed process has, as far as moving an instance between versions goes.

A whitelist: an element of a kind that isn't here has a kind of None, and an instance with a token
on it stays on its version. A new kind of element is added here once a test has moved it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway
from SpiffWorkflow.bpmn.specs.event_definitions import (
    CancelEventDefinition,
    ConditionalEventDefinition,
    MultipleEventDefinition,
    NoneEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.spiff.specs.defaults import (
    BusinessRuleTask,
    CallActivity,
    ManualTask,
    NoneTask,
    ScriptTask,
    SubWorkflowTask,
    TransactionSubprocess,
    UserTask,
)
from SpiffWorkflow.spiff.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)

from engine.spiff.ad_hoc import EngineAdHocSubprocess
from engine.spiff.catching import (
    EngineBoundaryEvent,
    EngineIntermediateCatchEvent,
    EngineReceiveTask,
    EngineStartEvent,
)
from engine.spiff.compensation import CompensationThrow
from engine.spiff.complex_gateway import EngineComplexGateway
from engine.spiff.gateways import EngineEventBasedGateway, ParallelStartingGateway, StartingGateway
from engine.spiff.joins import EngineInclusiveGateway, EngineParallelGateway
from engine.spiff.parser import Program
from engine.spiff.repeated import EngineMultiInstance, EngineSequentialMultiInstance, EngineStandardLoop
from engine.spiff.roles import place_of
from engine.spiff.services import EngineServiceTask
from engine.spiff.throwing import EngineEndEvent, EngineIntermediateThrowEvent, EngineSendTask
from engine.spiff.timers import EngineCycle, EngineDuration, EngineTimeDate
from engine.spiff.transaction import CancelEnd

_KINDS: dict[type, str] = {
    UserTask: "user_task",
    ManualTask: "manual_task",
    NoneTask: "task",
    ScriptTask: "script_task",
    BusinessRuleTask: "business_rule_task",
    EngineServiceTask: "service_task",
    EngineReceiveTask: "receive_task",
    EngineSendTask: "send_task",
    CallActivity: "call_activity",
    SubWorkflowTask: "subprocess",
    TransactionSubprocess: "transaction",
    EngineAdHocSubprocess: "ad_hoc_subprocess",
    EngineStartEvent: "start_event",
    EngineEndEvent: "end_event",
    EngineIntermediateThrowEvent: "throw_event",
    EngineIntermediateCatchEvent: "catch_event",
    EngineBoundaryEvent: "boundary_event",
    CompensationThrow: "compensation_event",
    CancelEnd: "cancel_end_event",
    ExclusiveGateway: "exclusive_gateway",
    EngineParallelGateway: "parallel_gateway",
    EngineInclusiveGateway: "inclusive_gateway",
    EngineComplexGateway: "complex_gateway",
    EngineEventBasedGateway: "event_gateway",
    StartingGateway: "event_gateway",
    ParallelStartingGateway: "event_gateway:all_of",
}
_LOOPS: dict[type, str] = {
    EngineStandardLoop: "loop",
    EngineMultiInstance: "parallel_instances",
    EngineSequentialMultiInstance: "sequential_instances",
}
_EVENTS: dict[type, str] = {
    NoneEventDefinition: "none",
    EngineDuration: "timer",
    EngineTimeDate: "timer",
    EngineCycle: "cycle",
    MessageEventDefinition: "message",
    SignalEventDefinition: "signal",
    ConditionalEventDefinition: "condition",
    ErrorEventDefinition: "error",
    EscalationEventDefinition: "escalation",
    CancelEventDefinition: "cancel",
    TerminateEventDefinition: "terminate",
}
# A step never ends on these, so no token is ever found there.
_PASSING = (
    *("task", "script_task", "business_rule_task", "send_task", "start_event", "end_event", "throw_event"),
    "exclusive_gateway",
)


@dataclass(frozen=True, slots=True)
class DrawnElement:
    """An element as a diagram shows it.

    Attributes:
        scope: The process or embedded subprocess that it is drawn in.
        kind: Such as ``user_task`` or ``boundary_event:timer``; None if it can't be moved.
        child_scope: The process that it calls, or the subprocess that it is.
        undoable: Whether it has a compensation handler, so that it is remembered when it is done.
    """

    scope: str
    id: str
    name: str
    kind: str | None
    child_scope: str | None
    undoable: bool = False


def kind_of(task_spec: Any) -> str | None:
    """The kind of an element; None if an instance that stands on it can't be moved."""
    loop = _LOOPS.get(type(task_spec))
    if loop is not None:
        inner = kind_of(task_spec._wf_spec.task_specs[task_spec.task_spec])
        return None if inner is None else f"{loop}:{inner}"
    kind = _KINDS.get(type(task_spec))
    if kind == "subprocess" and getattr(task_spec, "listens", False):
        undone_by = getattr(task_spec._wf_spec, "undone_by", None)
        return "compensation_subprocess" if task_spec.name == undone_by else "event_subprocess"
    definition = getattr(task_spec, "event_definition", None)
    if kind is None or definition is None:
        return kind
    event = event_kind(definition)
    return None if event is None else f"{kind}:{event}"


def event_kind(definition: Any) -> str | None:
    """The kind of what an event waits for or throws: of a multiple event, those of all its definitions.

    A multiple event is matched as a whole, since it remembers by their order which of them have come.
    """
    if not isinstance(definition, MultipleEventDefinition):
        return _EVENTS.get(type(definition))
    kinds = [event_kind(part) for part in definition.event_definitions]
    known = [kind for kind in kinds if kind is not None]
    if len(known) < len(kinds):
        return None
    return ":".join(("all_of" if definition.parallel else "one_of", *known))


def holds_tokens(kind: str | None) -> bool:
    """Whether a token can rest on an element of this kind, so that a migration has to place it."""
    return kind is None or not kind.startswith(_PASSING)


def elements_of(program: Program, process_id: str) -> Iterator[DrawnElement]:
    """Every element of a process, and of the subprocesses and called processes below it."""
    seen: set[str] = set()
    todo = [process_id]
    while todo:
        scope = todo.pop()
        if scope in seen or scope not in program.specs:
            continue
        seen.add(scope)
        for task_spec in program.specs[scope].task_specs.values():
            if place_of(task_spec).role != "itself":
                continue
            child = child_scope_of(task_spec)
            if child is not None:
                todo.append(child)
            yield DrawnElement(
                scope,
                task_spec.name,
                task_spec.bpmn_name or "",
                kind_of(task_spec),
                child,
                undoable=getattr(task_spec, "handler", None) is not None,
            )


def child_scope_of(task_spec: Any) -> str | None:
    """The process that an element calls or the subprocess that it is, also within a loop."""
    if type(task_spec) in _LOOPS:
        task_spec = task_spec._wf_spec.task_specs[task_spec.task_spec]
    child = getattr(task_spec, "spec", None)
    return child if isinstance(child, str) else None


def instances_shape(task_spec: Any) -> tuple[str | None, ...] | None:
    """What a multi-instance task reads and writes; a running one can't change it."""
    if type(task_spec) not in _LOOPS or type(task_spec) is EngineStandardLoop:
        return None
    names = ("data_input", "data_output", "input_item", "output_item")
    return tuple(getattr(getattr(task_spec, name), "bpmn_id", None) for name in names)
