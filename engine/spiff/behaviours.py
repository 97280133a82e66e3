"""What a multi-instance activity throws as its instances complete.

For each of them (behaviour None), for the first (One), or as conditions say (Complex); BPMN 2.0 section
13.3.7. The library has none of it. A signal, message, escalation or error is thrown to the events on the
activity, and to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from engine.spiff.event_parsers import DEFINITIONS, EventParser
from engine.spiff.places import parts
from engine.spiff.task import EngineTask
from engine.spiff.throwing import payload_of


@dataclass(frozen=True, slots=True)
class Throw:
    """What an activity throws to the events on it; a complex one has a condition."""

    definition: Any
    condition: str | None = None


def give(activity: EngineTask, thrown: Any, variables: dict[str, Any]) -> None:
    """Give what is thrown to the events on an activity: a signal to each, anything else to one."""
    split = activity.parent
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return
    takers = [
        (event, definition)
        for event in split.children
        if isinstance(event.task_spec, BoundaryEvent)
        for definition in parts(event.task_spec)
        if _takes(definition, thrown)
    ]
    if not isinstance(thrown, SignalEventDefinition):
        # One that names the code goes before one for any.
        takers = sorted(takers, key=lambda taker: getattr(taker[1], "code", "") is None)[:1]
    for event, definition in takers:
        event.task_spec.take(event, definition, payload_of(thrown, variables))


def _takes(definition: Any, thrown: Any) -> bool:
    if type(definition) is not type(thrown):
        return False
    if isinstance(thrown, (ErrorEventDefinition, EscalationEventDefinition)):
        return definition.code in (None, thrown.code)
    return bool(definition.name == thrown.name)


def throws_of(parser: Any, characteristics: Any) -> Iterator[Throw]:
    """What the loop characteristics of an activity throw."""
    reader = EventParser(parser.process_parser, None, parser.node)
    behavior = characteristics.get("behavior", "All")
    if behavior == "Complex":
        for element in characteristics.iterfind("{*}complexBehaviorDefinition"):
            definition = next(d for d in element.find("{*}event") if _name(d) in DEFINITIONS)
            yield Throw(DEFINITIONS[_name(definition)](reader, definition), element.findtext("{*}condition"))
    elif behavior != "All":
        reference = characteristics.get(f"{behavior.lower()}BehaviorEventRef").split(":")[-1]
        definition = parser.doc_xpath(f"./bpmn:*[@id='{reference}']")[0]
        yield Throw(DEFINITIONS[_name(definition)](reader, definition))


def _name(element: Any) -> str:
    return etree.QName(element).localname


__all__ = ["Throw", "give", "throws_of"]
