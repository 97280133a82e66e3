"""Where a (sub)process begins, and the event subprocesses that listen while it runs.

The library starts all start events of a process at once and joins them, knows no gateway and no
receive task that starts one, and begins an event subprocess with its process. BPMN 2.0 (sections 10.4.2,
13.4.4): each start event begins an instance by itself, and so does each event behind an instantiating
gateway; an event subprocess is started by its event, as long as the (sub)process around it runs.
If its start interrupts, everything else in the (sub)process ends; if not, it can be started again
and again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ConditionalEventDefinition,
    MessageEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.spiff.parser.process import SpiffProcessParser
from SpiffWorkflow.task import TaskState

from engine.spiff.catching import Catching, EngineReceiveTask, EngineStartEvent
from engine.spiff.compensation_parsing import DEFINITION as COMPENSATION
from engine.spiff.compensation_parsing import led_to
from engine.spiff.gateways import StartingGateway, starts_process
from engine.spiff.places import parts
from engine.spiff.sharing import current_view
from engine.spiff.task import EngineTask
from engine.spiff.timers import EngineCycle, EngineDuration, EngineTimeDate, TimerInstant

LISTENER = ".Listener"
_STARTING = {
    MessageEventDefinition: "message",
    SignalEventDefinition: "signal",
    EngineTimeDate: "date",
    EngineCycle: "cycle",
    EngineDuration: "duration",
    ConditionalEventDefinition: "condition",
}
_LINK = full_tag("linkEventDefinition")


class EngineStart(BpmnStartTask):
    """The root of a (sub)process: begins at its plain start, or at what has been triggered.

    ``internal_data['start']`` of its task says so: the id of the element, or None for the only one
    that can be triggered, and what has been caught there.
    """

    creates_children = False

    def _run_hook(self, my_task: EngineTask) -> bool:
        triggered = [spec for spec in self.outputs if _is_triggered(spec)]
        listeners = [spec for spec in self.outputs if isinstance(spec, Listener)]
        start = my_task.internal_data.pop("start", None)
        if start is None:
            begin = [s for s in self.outputs if s not in triggered and s not in listeners]
        else:
            begin = [s for s in triggered if start[0] in (None, *(e.bpmn_id for e in _entrances(s)))]
        my_task._sync_children([*begin, *listeners], TaskState.FUTURE)
        if start is not None:
            for child in my_task.children:
                if isinstance(child.task_spec, StartingGateway):
                    child.internal_data["start"] = start
                elif child.task_spec in begin:
                    child.internal_data.update(caught=start[1], event_fired=True)
        return True


def _is_triggered(spec: Any) -> bool:
    """Whether a start waits for something, so that nothing begins there by itself."""
    if isinstance(spec, EngineStartEvent):
        return not isinstance(spec.event_definition, NoneEventDefinition)
    return isinstance(spec, (EngineReceiveTask, StartingGateway))


def _entrances(spec: Any) -> list[Any]:
    """The events of a start that waits: itself, or those behind a gateway."""
    return list(spec.outputs) if isinstance(spec, StartingGateway) else [spec]


class Listener(Catching, BpmnTaskSpec):
    """Waits, beside a (sub)process's tokens, for what starts an event subprocess in it.

    Attributes:
        interrupting: Whether everything else in the (sub)process ends then.
        shown: Id and name of the start event that it waits for.
    """

    creates_children = False

    def __init__(
        self, wf_spec: Any, name: str, event_definition: Any, *, interrupting: bool, shown: tuple[str, str]
    ) -> None:
        super().__init__(wf_spec, name, event_definition)
        self.interrupting = interrupting
        self.shown = shown

    @property
    def stays(self) -> bool:
        """As long as the (sub)process runs, unless it interrupts."""
        return not self.interrupting

    def _run_hook(self, my_task: EngineTask) -> bool:
        caught = my_task.internal_data.pop("caught")
        my_task.internal_data.clear()
        my_task.take_over(current_view(my_task))
        if self.interrupting:
            for task in list(my_task.workflow.unfinished.values()):
                if task is not my_task:
                    task.cancel()
        child = my_task._add_child(self.outputs[0], TaskState.FUTURE)
        child.internal_data["start"] = [None, caught]
        return True


class EngineProcessParser(SpiffProcessParser):
    """The library's, with links as flows, and starts and event subprocesses as this engine has them."""

    def _index_process_nodes(self) -> None:
        super()._index_process_nodes()
        # The library would find an operator or a parameter in place of the element of its id.
        self.nodes_by_id.update((node.get("id"), node) for node in self.xpath(".//bpmn:*[@id]"))
        for throw, catch in _links(self.node):
            flow = etree.Element(full_tag("sequenceFlow"), sourceRef=throw, targetRef=catch)
            self.outgoing_sequence_flows.setdefault(throw, []).append(flow)

    def add_tasks(self) -> None:
        """Parse what a (sub)process begins with, and what is led to from there."""
        for node in self.xpath("./bpmn:startEvent"):
            self.parse_node(node)
        for node in self.xpath("./bpmn:eventBasedGateway | ./bpmn:receiveTask"):
            if starts_process(node):
                self.spec.start.connect(self.parse_node(node))
        for node in self.xpath("./bpmn:subProcess[@triggeredByEvent='true' or @triggeredByEvent='1']"):
            self._add_event_subprocess(node)

    def _add_event_subprocess(self, node: Any) -> None:
        subprocess = self.parse_node(node)
        subprocess.listens = True
        if node.find(f"{full_tag('startEvent')}/{COMPENSATION}") is not None:
            self.spec.undone_by = subprocess.name
            subprocess.test = led_to  # by compensation, and not by a flow
            return
        inner = self.parser.process_parsers[subprocess.spec].get_spec()
        start = next(s for s in inner.task_specs.values() if isinstance(s, EngineStartEvent))
        start_node = node.find(full_tag("startEvent"))
        listener = Listener(
            self.spec,
            f"{subprocess.name}{LISTENER}",
            start.event_definition,
            interrupting=start_node.get("isInterrupting", "true") in ("true", "1"),
            shown=(start.bpmn_id, start.bpmn_name or ""),
        )
        self.spec.start.connect(listener)
        listener.connect(subprocess)
        subprocess.connect(self.spec.end)


def _links(process: Any) -> Iterator[tuple[str, str]]:
    """The pairs of link events in each (sub)process: from each that throws to the one that catches.

    The library stalls at a link; it is only another way to draw a flow.
    """
    inner = process.iter(full_tag("subProcess"), full_tag("transaction"))
    for scope in dict.fromkeys([process, *inner]):
        catches = {
            link.get("name"): link.getparent().get("id")
            for link in scope.iterfind(f"{full_tag('intermediateCatchEvent')}/{_LINK}")
        }
        for link in scope.iterfind(f"{full_tag('intermediateThrowEvent')}/{_LINK}"):
            if link.get("name") in catches:
                yield link.getparent().get("id"), catches[link.get("name")]


@dataclass(frozen=True, slots=True)
class StartTrigger:
    """What starts a process from outside: a message, signal or condition, or the clock, at one of its events.

    Attributes:
        index: Which of the event's definitions it is.
        kind: ``message``, ``signal``, ``condition``, ``date``, ``cycle`` or ``duration``.
        name: Of the message or signal; the condition; what the timer says, in ISO 8601.
    """

    element_id: str
    index: int
    kind: str
    name: str


def triggers_of(spec: Any) -> tuple[StartTrigger, ...]:
    """Everything that starts a process from outside."""
    return tuple(
        StartTrigger(
            start.bpmn_id,
            index,
            kind,
            _said(part),
        )
        for output in spec.start.outputs
        if _is_triggered(output)
        for start in _entrances(output)
        for index, part in enumerate(parts(start))
        for definition, kind in _STARTING.items()
        if isinstance(part, definition)
    )


def _said(part: Any) -> str:
    """The name of what an event waits for, or what its timer or its condition says."""
    if isinstance(part, TimerInstant):
        return str(ast.literal_eval(part.expression))
    return str(part.expression if isinstance(part, ConditionalEventDefinition) else part.name)


def starts_plainly(spec: Any) -> bool:
    """Whether a process can be started by its id, and called."""
    return any(not _is_triggered(s) and not isinstance(s, Listener) for s in spec.start.outputs)


__all__ = [
    "LISTENER",
    "EngineProcessParser",
    "EngineStart",
    "Listener",
    "StartTrigger",
    "starts_plainly",
    "triggers_of",
]
