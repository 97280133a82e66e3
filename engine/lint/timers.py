"""Rules about timers, and how long messages live: their expressions name times."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.calendars import working_days
from engine.lint.diagram import properties
from engine.lint.expressions import check_code
from engine.lint.findings import Finding
from engine.lint.references import TIME_TO_LIVE_PROPERTY
from engine.lint.source import BPMN, Document, local_name, text_of
from engine.spiff.instants import TimerInvalid, add_duration, end_of_life, parse_cycle, parse_instant

_UNQUOTED = re.compile(r"(R\d*/)?P(?=.)(\d+(BD|[YMWD]))*(T(\d+[HMS])+)?")
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
# How what each kind of timer says is read.
_KINDS: Mapping[str, Callable[[str], object]] = {
    "timeDate": parse_instant,
    "timeDuration": lambda text: working_days(text) or add_duration(_EPOCH, text),
    "timeCycle": lambda text: parse_cycle(text, _EPOCH),
}


# What can send a message that lives for as long as it says.
_SENDERS = ("sendTask", "intermediateThrowEvent", "endEvent")


def check(document: Document) -> Iterator[Finding]:
    """Yield the timers, and the times that messages live, of a document that name no time."""
    for timer in document.root.iter(f"{BPMN}timerEventDefinition"):
        yield from _check_timer(document, timer)
    for sender in document.root.iter(*(f"{BPMN}{kind}" for kind in _SENDERS)):
        life = properties(sender).get(TIME_TO_LIVE_PROPERTY)
        if life is not None and life.get("value") is not None:
            yield from _check_time(document, life, life.get("value").strip(), _life, "life")


def _life(text: str) -> object:
    return end_of_life(_EPOCH, text)


def _check_timer(document: Document, timer: Any) -> Iterator[Finding]:
    bodies = [child for child in timer if local_name(child) in _KINDS]
    if len(bodies) != 1:
        yield document.finding("timer.empty", timer)
        return
    body = bodies[0]
    yield from _check_time(document, body, text_of(body), _KINDS[local_name(body)])


def _check_time(
    document: Document, body: Any, source: str, reading: Callable[[str], object], about: str = "timer"
) -> Iterator[Finding]:
    if source and _UNQUOTED.fullmatch(source):
        yield document.finding(f"{about}.unquoted", body, source=source)
        return
    found = list(check_code(document, body, source, "eval"))
    yield from found
    if found:
        return
    try:
        literal = ast.literal_eval(source)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return  # computed when the timer is reached
    try:
        if not isinstance(literal, str):
            raise TimerInvalid(f"{literal!r} is not a text")
        reading(literal)
    except (ValueError, OverflowError) as error:  # such as a year beyond the calendar
        yield document.finding(f"{about}.invalid", body, source=source[:100], reason=str(error))
