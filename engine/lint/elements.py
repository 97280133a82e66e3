"""Refuses what the engine would not execute as the standard says: a whitelist, with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.lint import support
from engine.lint.diagram import ACTIVITIES, EVENTS, SUBPROCESSES, Scope, event_definitions, repeated
from engine.lint.findings import Finding
from engine.lint.source import BPMN, Document, elements, local_name
from engine.spiff.schemas import DIALECT_NAMESPACE

_SCRIPTED = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "callActivity",
        *SUBPROCESSES,
    }
)
# Which elements each extension of the dialect has an effect on; None: anywhere, it is only read by people.
_EXTENSIONS: dict[str, frozenset[str] | None] = {
    "properties": None,
    "unitTests": None,
    "instructionsForEndUser": None,
    "preScript": _SCRIPTED,
    "postScript": _SCRIPTED,
    "serviceTaskOperator": frozenset({"serviceTask"}),
    "calledDecisionId": frozenset({"businessRuleTask"}),
    "messageVariable": frozenset({"message", "messageEventDefinition", "receiveTask"}),
    "messagePayload": frozenset({"messageEventDefinition", "sendTask"}),
    "payloadExpression": frozenset({"signal", "error", "escalation"}),
    "variableName": frozenset({"signal", "error", "escalation"}),
}
_PYTHON = ("", "python", "text/x-python", "application/x-python")


def check(document: Document, scopes: list[Scope]) -> Iterator[Finding]:
    """Yield what of a document the engine doesn't execute."""
    for element in document.root.iter(f"{BPMN}*"):
        yield from _check_element(document, element)
    for scope in scopes:
        for event in scope.of_kind(*EVENTS):
            yield from _check_event(document, scope, event)
        yield from _check_repeated(document, scope)


def _check_element(document: Document, element: Any) -> Iterator[Finding]:
    kind = local_name(element)
    around = support.OTHERS.get(local_name(element.getparent())) if element.getparent() is not None else None
    if around is not None and not around.executed:
        return
    known = support.NODES.get(kind) or support.OTHERS.get(kind)
    if known is not None and not known.executed:
        yield document.finding("bpmn.unsupported_element", element, kind=kind, reason=known.note)
        return
    in_event = local_name(element.getparent()) in EVENTS if element.getparent() is not None else False
    if known is None and kind not in support.NEUTRAL and not (in_event and kind.endswith("EventDefinition")):
        yield document.finding("bpmn.unsupported_element", element, kind=kind, reason="it is not known")
    for name in element.attrib:
        namespace = etree.QName(name).namespace or ""
        if any(engine in namespace for engine in ("camunda", "zeebe", "flowable")):
            yield document.finding("bpmn.foreign_attribute", element, attribute=name)
    if kind == "extensionElements":
        yield from _check_extensions(document, element)
    if kind == "scriptTask":
        yield from _check_script_task(document, element)


def _check_extensions(document: Document, holder: Any) -> Iterator[Finding]:
    owner = local_name(holder.getparent())
    for extension in elements(holder):
        namespace, name = etree.QName(extension).namespace or "", local_name(extension)
        if namespace != DIALECT_NAMESPACE:
            if "camunda" in namespace or "zeebe" in namespace or "flowable" in namespace:
                yield document.finding("bpmn.foreign_attribute", extension, attribute=extension.tag)
        elif name not in _EXTENSIONS:
            yield document.finding("bpmn.extension_without_effect", extension, extension=name, owner=owner)
        else:
            owners = _EXTENSIONS[name]
            if owners is not None and owner not in owners:
                yield document.finding(
                    "bpmn.extension_without_effect", extension, extension=name, owner=owner
                )
        if name == "messageVariable" and owner == "message":
            yield document.finding("bpmn.message_variable_place", extension)
        if name == "serviceTaskOperator" and any(local_name(e) == "retry" for e in elements(extension)):
            yield document.finding("bpmn.extension_without_effect", extension, extension="retry", owner=owner)


def _check_script_task(document: Document, task: Any) -> Iterator[Finding]:
    scripts = [child for child in elements(task) if local_name(child) == "script"]
    if len(scripts) != 1 or not (scripts[0].text or "").strip():
        yield document.finding("bpmn.script_missing", task)
    if (task.get("scriptFormat") or "").lower() not in _PYTHON:
        yield document.finding("bpmn.script_format", task, format=task.get("scriptFormat"))


def _check_event(document: Document, scope: Scope, event: Any) -> Iterator[Finding]:
    definitions = event_definitions(event)
    position = local_name(event)
    if position == "startEvent" and scope.parent is not None:
        position = "eventSubprocess" if scope.listens else "subProcess"
    for kind in dict.fromkeys(local_name(d) for d in definitions) or ("",):
        known = support.EVENTS.get((position, kind))
        if known is None:
            reason = "it waits for nothing" if kind == "" else f"a {position} can't have it"
            yield document.finding("bpmn.unsupported_event", event, kind=kind or "none", reason=reason)
        elif not known.executed:
            yield document.finding("bpmn.unsupported_event", event, kind=kind, reason=known.note)
        elif len(definitions) > 1 and kind not in support.TOGETHER:
            reason = "it can't be one of several"
            yield document.finding("bpmn.unsupported_event", event, kind=kind, reason=reason)


def _check_repeated(document: Document, scope: Scope) -> Iterator[Finding]:
    for activity in scope.of_kind(*ACTIVITIES):
        loop = repeated(activity)
        if loop is None:
            continue
        children = {local_name(child): child for child in elements(loop)}
        if local_name(loop) == "standardLoopCharacteristics":
            if "loopCondition" not in children and not loop.get("loopMaximum"):
                yield document.finding("bpmn.loop_endless", loop)
            continue
        if ("loopCardinality" in children) == ("loopDataInputRef" in children):
            yield document.finding("bpmn.multi_instance_source", loop)
        for item in ("inputDataItem", "outputDataItem"):
            child = children.get(item)
            if child is not None and child.get("name") not in (None, child.get("id")):
                yield document.finding("bpmn.item_name", loop, id=child.get("id"), name=child.get("name"))
