"""Rules about what diagrams refer to: processes, messages, errors, tables, forms, operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.lint.diagram import ACTIVITIES, Scope, extension, properties, repeated
from engine.lint.findings import Finding
from engine.lint.source import BPMN, DIALECT, Document, local_name, text_of
from engine.operations import OperationRegistry

FORM_PROPERTY = "formJsonSchemaFilename"
GROUP_PROPERTY = "candidateGroup"
BUSINESS_KEY_PROPERTY = "businessKey"
TIME_TO_LIVE_PROPERTY = "timeToLive"
SENDER_PROPERTIES = (BUSINESS_KEY_PROPERTY, TIME_TO_LIVE_PROPERTY)
_USER_PROPERTIES = frozenset({FORM_PROPERTY, GROUP_PROPERTY})


@dataclass(frozen=True)
class References:
    """What there is in a bundle to refer to."""

    processes: frozenset[str]
    decisions: frozenset[str]
    files: frozenset[str]
    registry: OperationRegistry


def code_of(document: Document, definition: Any) -> str | None:
    """The code of an error or escalation event; None for one that takes any."""
    kind = local_name(definition).removesuffix("EventDefinition")
    reference = definition.get(f"{kind}Ref")
    for declared in document.root.iterfind(f"{BPMN}{kind}"):
        if reference is not None and declared.get("id") == reference:
            code: str | None = declared.get(f"{kind}Code")
            return code
    return None


def check(document: Document, scopes: list[Scope], references: References) -> Iterator[Finding]:
    """Yield the references of one document that lead nowhere."""
    lanes = {
        text_of(r): str(lane.get("name"))
        for lane in document.root.iter(f"{BPMN}lane")
        if lane.get("name")
        for r in lane.iter(f"{BPMN}flowNodeRef")
    }
    for scope in scopes:
        for node in scope.nodes.values():
            kind = local_name(node)
            if kind == "callActivity" and node.get("calledElement") not in references.processes:
                yield document.finding("ref.process", node, process=node.get("calledElement") or "")
            elif kind == "businessRuleTask":
                decision = text_of(extension(node, "calledDecisionId"))
                if decision not in references.decisions:
                    yield document.finding("ref.decision", node, decision=decision)
            elif kind == "serviceTask":
                yield from _check_operation(document, node, references.registry)
            elif kind in ("sendTask", "intermediateThrowEvent", "endEvent"):
                yield from _check_sender(document, node)
            elif kind in ("userTask", "manualTask"):
                yield from _check_user_task(scope, node, kind, lanes, references)
        if scope.is_ad_hoc:
            yield from _check_choosers(scope, lanes)


def _check_operation(document: Document, task: Any, registry: OperationRegistry) -> Iterator[Finding]:
    operator = extension(task, "serviceTaskOperator")
    operation = None if operator is None else registry.get(operator.get("id") or "")
    if operator is None or not operator.get("id"):
        yield document.finding("ref.operation_missing", task)
        return
    if not operator.get("resultVariable"):
        yield document.finding("ref.result_variable", operator)
    if operation is None:
        yield document.finding("ref.operation", operator, operation=operator.get("id"))
        return
    given: dict[str, Any] = {}
    for parameter in operator.iter(f"{DIALECT}parameter"):
        name = parameter.get("id") or ""
        if name in given:
            yield document.finding("ref.parameter_twice", parameter, parameter=name)
        given[name] = parameter
        if name not in operation.parameters:
            yield document.finding(
                "ref.parameter_unknown", parameter, parameter=name, operation=operation.name
            )
        elif parameter.get("value") is None or parameter.get("type") is None:
            yield document.finding("ref.parameter_incomplete", parameter, parameter=name)
    for name in sorted(operation.required - set(given)):
        yield document.finding("ref.parameter_missing", operator, parameter=name, operation=operation.name)


def _lane_of(scope: Scope, node: Any, lanes: Mapping[str, str]) -> str:
    """The name of the lane that an element, or the nearest subprocess around it, is in; empty without one."""
    around: Scope | None = scope
    while around is not None:
        if node.get("id") in lanes:
            return lanes[node.get("id")]
        node, around = around.element, around.parent
    return ""


def _check_choosers(scope: Scope, lanes: Mapping[str, str]) -> Iterator[Finding]:
    """What of an ad-hoc subprocess nobody finds in his list; see :mod:`engine.spiff.choices`."""
    if GROUP_PROPERTY in properties(scope.element):
        return
    for node_id in scope.starts():
        node = scope.nodes[node_id]
        own = GROUP_PROPERTY in properties(node) and repeated(node) is None
        if local_name(node) in ACTIVITIES and not own and not _lane_of(scope, node, lanes):
            yield scope.document.finding("ref.no_chooser", node)


def _check_user_task(
    scope: Scope, task: Any, kind: str, lanes: Mapping[str, str], references: References
) -> Iterator[Finding]:
    document, given = scope.document, properties(task)
    for name, element in given.items():
        if element.get("name") is None or element.get("value") is None:
            yield document.finding("ref.property_incomplete", element)
        elif name not in _USER_PROPERTIES:
            yield document.finding("ref.property_unknown", element, property=name)
    if GROUP_PROPERTY not in given:
        lane, people = _lane_of(scope, task, lanes), references.registry.people
        if not lane:
            yield document.finding("ref.no_group", task)
        elif people and lane.strip().lower() not in people:
            yield document.finding("ref.lane_unknown", task, lane=lane, known=", ".join(sorted(people)))
    if FORM_PROPERTY not in given:
        if kind == "userTask":
            yield document.finding("ref.no_form", task)
        return
    form = given[FORM_PROPERTY].get("value") or ""
    if not {form, f"forms/{form}"} & references.files:
        yield document.finding("ref.form", given[FORM_PROPERTY], form=form)


def _check_sender(document: Document, sender: Any) -> Iterator[Finding]:
    sends = local_name(sender) == "sendTask" or sender.find(f"{BPMN}messageEventDefinition") is not None
    for name, element in properties(sender).items():
        if element.get("name") is None or element.get("value") is None:
            yield document.finding("ref.property_incomplete", element)
        elif name not in SENDER_PROPERTIES or not sends:
            yield document.finding("ref.property_unknown", element, property=name)


def call_cycles(scopes: list[Scope]) -> Iterator[Finding]:
    """Call activities through which a process comes to call itself."""
    calls: dict[str, list[tuple[Scope, Any]]] = {}
    for scope in scopes:
        root = scope
        while root.parent is not None:
            root = root.parent
        calls.setdefault(root.id, []).extend((scope, node) for node in scope.of_kind("callActivity"))
    for process, activities in calls.items():
        for scope, node in activities:
            if process in _called_from(node.get("calledElement") or "", calls):
                yield scope.document.finding("ref.call_cycle", node, process=process)


def _called_from(process: str, calls: Mapping[str, list[tuple[Scope, Any]]]) -> set[str]:
    seen: set[str] = set()
    todo = [process]
    while todo:
        current = todo.pop()
        if current not in seen:
            seen.add(current)
            todo.extend(node.get("calledElement") or "" for _, node in calls.get(current, ()))
    return seen
