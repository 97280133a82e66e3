"""Rules about what starts a process: each start by itself, each message for one process."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from typing import Any

from engine.calendars import working_days
from engine.lint.diagram import INSTANTIATING, Scope, event_definitions, instantiates
from engine.lint.events import MESSAGE, is_plain
from engine.lint.findings import Finding
from engine.lint.source import BPMN, local_name, text_of
from engine.spiff.instants import parse_cycle, parse_instant
from engine.spiff.language import names_read

CONDITION = "conditionalEventDefinition"


def check(scopes: list[Scope], now: dt.datetime | None) -> Iterator[Finding]:
    """Yield the starts of a bundle that could not do what they say.

    Args:
        now: In UTC; without it nothing is said about instants that have passed.
    """
    seen: set[str] = set()
    processes = {scope.id: scope for scope in scopes if scope.parent is None}
    for scope in processes.values():
        for start in scope.first_events():
            if start.get("parallelMultiple") in ("true", "1") and len(event_definitions(start)) > 1:
                yield scope.document.finding("bpmn.start_together", start)
            yield from _check_timers(scope, start, now)
            yield from _check_conditions(scope, start)
            for message in _messages(scope, start):
                if message in seen:
                    yield scope.document.finding("bpmn.start_message_twice", start, message=message)
                seen.add(message)
    for scope in scopes:
        for node in scope.of_kind(*INSTANTIATING):
            yield from _check_instantiating(scope, node)
        for call in scope.of_kind("callActivity"):
            called = processes.get(call.get("calledElement") or "")
            if called is not None and all(event_definitions(s) for s in called.of_kind("startEvent")):
                yield scope.document.finding("ref.not_callable", call, process=called.id)


def _check_instantiating(scope: Scope, node: Any) -> Iterator[Finding]:
    """A gateway or task that starts its process, and a gateway that waits for all behind it."""
    document, node_id = scope.document, node.get("id")
    parallel = node.get("eventGatewayType") == "Parallel"
    if not instantiates(node):
        if parallel:
            yield document.finding("bpmn.gateway_parallel", node)
        return
    if scope.parent is not None:
        yield document.finding("bpmn.instantiate_place", node)
    if scope.incoming(node_id):
        yield document.finding("bpmn.instantiate_flow", node)
    if local_name(node) == "receiveTask" and not is_plain(scope, node_id):
        yield document.finding("bpmn.instantiate_plain", node)
    for flow in scope.outgoing(node_id):
        target = scope.nodes.get(flow.target)
        kinds = {local_name(d) for d in event_definitions(target)} if target is not None else set()
        if parallel and kinds - {MESSAGE}:
            yield document.finding("bpmn.gateway_parallel_events", target)


def _check_timers(scope: Scope, start: Any, now: dt.datetime | None) -> Iterator[Finding]:
    document = scope.document
    for definition in event_definitions(start):
        for body in definition.iterchildren(f"{BPMN}timeDate", f"{BPMN}timeCycle", f"{BPMN}timeDuration"):
            said = _text(text_of(body))
            if said is None:
                yield document.finding("timer.start_computed", body)
            elif local_name(body) == "timeDuration" and working_days(said) is not None:
                yield document.finding("timer.start_working_days", body)
            elif now is not None and _has_passed(local_name(body), said, now):
                yield document.finding("timer.start_passed", body, said=said)


def _has_passed(kind: str, said: str, now: dt.datetime) -> bool:
    """Whether a timer has no instant left; one that can't be read is another rule's."""
    try:
        if kind == "timeDate":
            return parse_instant(said) <= now
        return kind == "timeCycle" and parse_cycle(said, now).after(now, 0)[1] is None
    except (ValueError, OverflowError):
        return False


def _text(source: str | None) -> str | None:
    """The text that an expression is; None if it is something else."""
    try:
        literal = ast.literal_eval(source or "")
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return literal if isinstance(literal, str) else None


def _check_conditions(scope: Scope, start: Any) -> Iterator[Finding]:
    """A condition that starts a process reads what there is before it: data stores."""
    stores = {store.get("id") for store in scope.document.root.iterfind(f"{BPMN}dataStore")}
    for definition in event_definitions(start):
        if local_name(definition) != CONDITION:
            continue
        condition = text_of(definition.find(f"{BPMN}condition"))
        try:
            names = names_read(condition, "eval")
        except (SyntaxError, ValueError):
            continue  # another rule's
        if not names or names - stores:
            others = ", ".join(sorted(names - stores)) or condition
            yield scope.document.finding("bpmn.start_condition", start, names=others)


def _messages(scope: Scope, start: Any) -> Iterator[str]:
    names = {m.get("id"): m.get("name") for m in scope.document.root.iterfind(f"{BPMN}message")}
    for holder in (start, *event_definitions(start)):
        name = names.get(holder.get("messageRef"))
        if local_name(holder) in (MESSAGE, "receiveTask") and name:
            yield name
