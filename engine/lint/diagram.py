"""A BPMN document as the rules look at it: scopes with their nodes and flows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.lint.source import BPMN, DIALECT, Document, elements, local_name, text_of

TASKS = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "scriptTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
    ]
)
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
GATEWAYS = frozenset(
    ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"]
)
EVENTS = frozenset(
    ["startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"]
)
NODES = ACTIVITIES | GATEWAYS | EVENTS
CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
# What can start a process beside its start events.
INSTANTIATING = ("eventBasedGateway", "receiveTask")
# Gateways that keep a token until others come.
MERGES = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow between two nodes of one scope."""

    element: Any
    id: str
    source: str
    target: str
    condition: str | None


@dataclass
class Scope:
    """A process or an embedded subprocess: what its tokens can move through."""

    document: Document
    element: Any
    parent: Scope | None
    nodes: dict[str, Any] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id of the process or subprocess."""
        return str(self.element.get("id") or "")

    @property
    def is_ad_hoc(self) -> bool:
        """Whether people start what is in it, so that it has no start and end events."""
        return local_name(self.element) == "adHocSubProcess"

    def kind(self, node_id: str) -> str:
        """The kind of a node, such as ``userTask``; empty if there is no such node."""
        node = self.nodes.get(node_id)
        return "" if node is None else local_name(node)

    def starts(self) -> list[str]:
        """Where tokens begin: at starts, or in an ad-hoc subprocess at whatever no flow leads to."""
        if not self.is_ad_hoc:
            starts = self.of_kind("startEvent", *INSTANTIATING)
            return [n.get("id") for n in starts if local_name(n) == "startEvent" or instantiates(n)]
        targets = {flow.target for flow in self.flows}
        return [
            node_id
            for node_id, node in self.nodes.items()
            if node_id not in targets and local_name(node) != "boundaryEvent" and not is_handler(node)
        ]

    def first_events(self) -> Iterator[Any]:
        """What a token can begin with: start events, and what waits at gateways and tasks that start."""
        yield from self.of_kind("startEvent")
        for node in self.of_kind(*INSTANTIATING):
            if instantiates(node) and local_name(node) == "receiveTask":
                yield node
            elif instantiates(node):
                targets = (flow.target for flow in self.outgoing(node.get("id")))
                yield from (self.nodes[target] for target in targets if target in self.nodes)

    def outgoing(self, node_id: str) -> list[Flow]:
        """The flows that leave a node."""
        return [flow for flow in self.flows if flow.source == node_id]

    def incoming(self, node_id: str) -> list[Flow]:
        """The flows that reach a node."""
        return [flow for flow in self.flows if flow.target == node_id]

    def of_kind(self, *kinds: str) -> Iterator[Any]:
        """The nodes of some kinds, in the order of the file."""
        return (node for node in self.nodes.values() if local_name(node) in kinds)

    def boundary_events(self, node_id: str) -> list[Any]:
        """The boundary events on an activity."""
        return [node for node in self.of_kind("boundaryEvent") if node.get("attachedToRef") == node_id]

    def successors(self) -> dict[str, list[str]]:
        """Where a token can go from each node, over its boundary events too."""
        after: dict[str, list[str]] = {node_id: [] for node_id in self.nodes}
        for flow in self.flows:
            if flow.source in after and flow.target in after:
                after[flow.source].append(flow.target)
        for event in self.of_kind("boundaryEvent"):
            if event.get("attachedToRef") in after:
                after[event.get("attachedToRef")].append(event.get("id"))
        for throw in self.links("intermediateThrowEvent"):
            after[throw[1]] += [
                catch for name, catch in self.links("intermediateCatchEvent") if name == throw[0]
            ]
        return after

    def links(self, kind: str) -> list[tuple[str, str]]:
        """Of the link events that throw, or catch: the link's name and the event's id."""
        return [
            (definition.get("name") or "", event.get("id"))
            for event in self.of_kind(kind)
            for definition in event_definitions(event)
            if local_name(definition) == "linkEventDefinition"
        ]

    @property
    def listens(self) -> bool:
        """Whether this is an event subprocess."""
        return is_event_subprocess(self.element)


def scopes_of(document: Document) -> list[Scope]:
    """The scopes of a document, each process before its subprocesses."""
    found: list[Scope] = []
    todo: list[tuple[Any, Scope | None]] = [(process, None) for process in processes_of(document)]
    while todo:
        element, parent = todo.pop(0)
        scope = Scope(document, element, parent)
        found.append(scope)
        for child in elements(element):
            kind = local_name(child)
            if kind in NODES and child.get("id"):
                scope.nodes[child.get("id")] = child
                if kind in SUBPROCESSES:
                    todo.append((child, scope))
            elif kind == "sequenceFlow":
                scope.flows.append(_flow(child))
    return found


def _flow(element: Any) -> Flow:
    condition = element.find(f"{BPMN}conditionExpression")
    return Flow(
        element,
        element.get("id") or "",
        element.get("sourceRef") or "",
        element.get("targetRef") or "",
        None if condition is None else text_of(condition),
    )


def processes_of(document: Document) -> list[Any]:
    """The process elements of a document."""
    return [child for child in elements(document.root) if local_name(child) == "process"]


def event_definitions(event: Any) -> list[Any]:
    """The definitions of an event; none for a none event."""
    return [c for c in elements(event) if local_name(c).endswith(("EventDefinition", "eventDefinitionRef"))]


def repeated(activity: Any) -> Any:
    """An activity's loop characteristics, or None."""
    return next((c for c in elements(activity) if local_name(c).endswith("LoopCharacteristics")), None)


def compensates(event: Any) -> bool:
    """Whether a boundary event joins its activity with a compensation handler."""
    return any(local_name(d) == "compensateEventDefinition" for d in event_definitions(event))


def instantiates(node: Any) -> bool:
    """Whether a gateway or receive task starts its process, so that no flow leads to it."""
    return node.get("instantiate") in ("true", "1")


def is_event_subprocess(activity: Any) -> bool:
    """Whether an activity is started by an event, so that no flow leads to it."""
    return activity.get("triggeredByEvent") in ("true", "1")


def is_handler(activity: Any) -> bool:
    """Whether an activity undoes another, so that no flow leads to it."""
    return activity.get("isForCompensation") in ("true", "1")


def reachable(after: dict[str, list[str]], start: Iterable[str], without: str | None = None) -> set[str]:
    """The nodes that a token can get to, those at which it starts included."""
    seen: set[str] = set()
    todo = [node for node in start if node != without]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(n for n in after.get(node, ()) if n != without)
    return seen


def extension(element: Any, name: str) -> Any:
    """An element's extension of the dialect, or None."""
    return element.find(f"{BPMN}extensionElements/{DIALECT}{name}")


def properties(element: Any) -> dict[str, Any]:
    """The property elements of an element's extension, by name."""
    holder = extension(element, "properties")
    if holder is None:
        return {}
    return {p.get("name") or "": p for p in holder.iterfind(f"{DIALECT}property")}
