"""Parsers for events: each definition of an event by itself, in the order of the file.

The library looks for a fixed list of kinds at each position, with signals missing at ends, and
reads the first timer that it finds for each timer of a multiple event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.event_parsers import EventDefinitionParser
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ConditionalEventDefinition,
    MultipleEventDefinition,
    NoneEventDefinition,
)
from SpiffWorkflow.spiff.parser.event_parsers import (
    SpiffBoundaryEventParser,
    SpiffEndEventParser,
    SpiffEventDefinitionParser,
    SpiffIntermediateCatchEventParser,
    SpiffIntermediateThrowEventParser,
    SpiffReceiveTaskParser,
    SpiffSendTaskParser,
    SpiffStartEventParser,
)

from engine.spiff.catching import (
    EngineBoundaryEvent,
    EngineIntermediateCatchEvent,
    EngineReceiveTask,
    EngineStartEvent,
)
from engine.spiff.gateways import EngineEventBasedGateway, EngineEventBasedGatewayParser
from engine.spiff.throwing import EngineEndEvent, EngineIntermediateThrowEvent, EngineSendTask
from engine.spiff.timers import EngineCycle, EngineDuration, EngineTimeDate

_TIMERS = {"timeDate": EngineTimeDate, "timeDuration": EngineDuration, "timeCycle": EngineCycle}


def _timer(parser: Any, element: Any) -> Any:
    name = parser.node.get("name", parser.node.get("id"))
    for child in element:
        timer = _TIMERS.get(etree.QName(child).localname)
        if timer is not None:
            return timer(name, child.text)
    raise ValueError(f"the timer of {name} has neither date nor duration nor cycle")


def _condition(parser: Any, element: Any) -> Any:
    condition = element.findtext("{*}condition", default="")
    return ConditionalEventDefinition(condition.strip(), name=parser.node.get("name"))


# By the name of the element; each is given the parser and the element.
DEFINITIONS: dict[str, Callable[[Any, Any], Any]] = {
    "messageEventDefinition": lambda parser, element: parser.parse_message_event(element),
    "signalEventDefinition": lambda parser, element: parser.parse_signal_event(element),
    "escalationEventDefinition": lambda parser, element: parser.parse_escalation_event(element),
    "conditionalEventDefinition": _condition,
    "errorEventDefinition": lambda parser, element: parser.parse_error_event(element),
    "cancelEventDefinition": lambda parser, element: parser.parse_cancel_event(element),
    "terminateEventDefinition": lambda parser, element: parser.parse_terminate_event(element),
    "timerEventDefinition": _timer,
}


class EventParser(SpiffEventDefinitionParser):
    """Reads an event's definitions; stands before the library's parser of a position."""

    def get_event_definition(self, xpaths: Any) -> Any:
        """The one definition of an event, or a multiple one that holds several."""
        found = []
        for child in self.node:
            parse = DEFINITIONS.get(etree.QName(child).localname)
            if parse is not None:
                self.event_nodes.append(child)
                found.append(parse(self, child))
        if len(found) < 2:
            return found[0] if found else NoneEventDefinition()
        for index, definition in enumerate(found):
            definition.index = index
        return MultipleEventDefinition(found, self.node.get("parallelMultiple") == "true")


class StartEventParser(EventParser, SpiffStartEventParser):
    """``startEvent``."""


class EndEventParser(EventParser, SpiffEndEventParser):
    """``endEvent``."""


class CatchEventParser(EventParser, SpiffIntermediateCatchEventParser):
    """``intermediateCatchEvent``."""


class ThrowEventParser(EventParser, SpiffIntermediateThrowEventParser):
    """``intermediateThrowEvent``."""


class BoundaryEventParser(EventParser, SpiffBoundaryEventParser):
    """``boundaryEvent``."""


# By the name of the element: its parser, and the class of its spec.
EVENT_PARSERS: dict[str, tuple[type[EventDefinitionParser], type]] = {
    "startEvent": (StartEventParser, EngineStartEvent),
    "endEvent": (EndEventParser, EngineEndEvent),
    "intermediateCatchEvent": (CatchEventParser, EngineIntermediateCatchEvent),
    "intermediateThrowEvent": (ThrowEventParser, EngineIntermediateThrowEvent),
    "boundaryEvent": (BoundaryEventParser, EngineBoundaryEvent),
    "sendTask": (SpiffSendTaskParser, EngineSendTask),
    "receiveTask": (SpiffReceiveTaskParser, EngineReceiveTask),
    "eventBasedGateway": (EngineEventBasedGatewayParser, EngineEventBasedGateway),
}
