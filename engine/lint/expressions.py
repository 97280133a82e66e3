"""Rules about expressions and scripts: they are in the safe language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import ACTIVITIES, properties
from engine.lint.findings import Finding
from engine.lint.references import BUSINESS_KEY_PROPERTY, GROUP_PROPERTY
from engine.lint.source import BPMN, DIALECT, Document, text_of
from engine.spiff.language import LanguageError, compile_source, names_read

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_EXPRESSIONS = (
    "conditionExpression",
    "activationCondition",
    "condition",
    "loopCondition",
    "loopCardinality",
    "completionCondition",
)
_PAYLOADS = ("messagePayload", "payloadExpression")
_SENDERS = ("sendTask", "intermediateThrowEvent", "endEvent")
_NAMES = ("loopDataInputRef", "loopDataOutputRef")
# Constants of FEEL and JavaScript; here they would be variables that don't exist.
FOREIGN_CONSTANTS = {"true": "True", "false": "False", "null": "None"}


def check(document: Document) -> Iterator[Finding]:
    """Yield what of a diagram's expressions and scripts the engine can't compute."""
    for kind in _EXPRESSIONS:
        for element in document.root.iter(f"{BPMN}{kind}"):
            yield from check_code(document, element, text_of(element), "eval")
    for script in document.root.iter(f"{BPMN}script"):
        yield from check_code(document, script, script.text or "", "exec")
    for kind in ("preScript", "postScript"):
        for script in document.root.iter(f"{DIALECT}{kind}"):
            yield from check_code(document, script, script.text or "", "exec")
    for parameter in document.root.iter(f"{DIALECT}parameter"):
        if parameter.get("value") is not None:
            yield from check_code(document, parameter, parameter.get("value").strip(), "eval")
    for activity in document.root.iter(*(f"{BPMN}{kind}" for kind in sorted(ACTIVITIES))):
        group = properties(activity).get(GROUP_PROPERTY)
        if group is not None and group.get("value") is not None:
            yield from check_code(document, group, group.get("value").strip(), "eval")
    yield from _check_variables(document)
    for kind in _PAYLOADS:
        for payload in document.root.iter(f"{DIALECT}{kind}"):
            yield from check_code(document, payload, (payload.text or "").strip(), "eval")
    for sender in document.root.iter(*(f"{BPMN}{kind}" for kind in _SENDERS)):
        key = properties(sender).get(BUSINESS_KEY_PROPERTY)
        if key is not None and key.get("value") is not None:
            yield from check_code(document, key, key.get("value").strip(), "eval")


def check_code(document: Document, element: Any, source: str, mode: str) -> Iterator[Finding]:
    """Compile an expression (``eval``) or a script (``exec``)."""
    if not source.strip():
        yield document.finding("expr.empty", element)
        return
    try:
        compile_source(source, mode)
        names = names_read(source, mode)
    except (LanguageError, SyntaxError, ValueError) as error:
        yield document.finding("expr.refused", element, source=source[:200], reason=str(error))
        return
    for name in sorted(FOREIGN_CONSTANTS.keys() & names):
        right = FOREIGN_CONSTANTS[name]
        yield document.finding("expr.foreign_constant", element, constant=name, right=right)


def check_name(document: Document, element: Any, name: str) -> Iterator[Finding]:
    """Whether a variable can have this name."""
    if not _IDENTIFIER.fullmatch(name):
        yield document.finding("expr.not_a_name", element, name=name)


def _check_variables(document: Document) -> Iterator[Finding]:
    for kind in _NAMES:
        for element in document.root.iter(f"{BPMN}{kind}"):
            yield from check_name(document, element, text_of(element))
    for element in document.root.iter(f"{DIALECT}messageVariable", f"{DIALECT}variableName"):
        if not _IDENTIFIER.fullmatch(text_of(element)) or element.text != text_of(element):
            yield document.finding("expr.not_a_name", element, name=element.text or "")
    for element in document.root.iter(f"{DIALECT}serviceTaskOperator"):
        if element.get("resultVariable"):
            yield from check_name(document, element, element.get("resultVariable"))
