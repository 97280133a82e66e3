"""The variables that stand for what an event brings, or for what is thrown by it.

BPMN 2.0 (sections 10.5.1 and 13.3.2): a catching event has a data output for each of its definitions that
brings something, in their order, and a throwing event a data input for each that takes something along; a
receive task has one output, a send task one input. The library knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag

# What a catching event brings, if an association without a source takes it and no data output names it.
PAYLOAD = " payload"

CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
# The definitions that bring something.
CARRYING = frozenset(
    [
        "messageEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
    ]
)
_TASKS = {"receiveTask": ("dataOutput", "messageVariable"), "sendTask": ("dataInput", "messagePayload")}


def variable_of(element: Any) -> str:
    """The variable that a property, an input or an output stands for: its name, or else its id."""
    return str(element.get("name") or element.get("id"))


def payload_variables(element: Any) -> tuple[str, ...]:
    """For each definition of an event, or for a task's message: its variable; empty if it has none."""
    kind = etree.QName(element).localname
    if kind in _TASKS:
        item, extension = _TASKS[kind]
        items = element.findall(f"{full_tag('ioSpecification')}/{full_tag(item)}")
        said = element.find(f"{full_tag('extensionElements')}/{{*}}{extension}") is not None
        return (variable_of(items[0]),) if len(items) == 1 and not said else ()
    if kind not in CATCHING | THROWING:
        return ()
    side = "dataOutput" if kind in CATCHING else "dataInput"
    carrying = [name in CARRYING for name in _definitions(element)]
    names = iter([variable_of(item) for item in element.iterfind(full_tag(side))])
    found = tuple(next(names, "") if carries else "" for carries in carrying)
    if kind in CATCHING and sum(carrying) == 1 and not any(found) and _takes_all(element):
        return tuple(PAYLOAD if carries else "" for carries in carrying)
    return found


def _definitions(event: Any) -> Iterator[str]:
    names = (etree.QName(child).localname for child in event)
    return (name for name in names if name.endswith("EventDefinition"))


def _takes_all(event: Any) -> bool:
    """Whether an association takes what the event brings, without naming it."""
    associations = event.iterfind(full_tag("dataOutputAssociation"))
    return any(association.find(full_tag("sourceRef")) is None for association in associations)


def payload_variable(spec: Any, index: int) -> str:
    """The variable of one of an event's definitions; empty if it has none."""
    names: tuple[str, ...] = getattr(spec, "payloads", ())
    return names[index] if index < len(names) else ""


__all__ = ["CARRYING", "CATCHING", "THROWING", "payload_variable", "payload_variables", "variable_of"]
