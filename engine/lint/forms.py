"""Rules about forms: fields that the server can check, each with a key of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.feel import FeelError, compile_condition
from engine.form_fields import CHOICE_TYPES, INPUT_TYPES, field_of
from engine.forms import components_of
from engine.lint.findings import Finding
from engine.lint.source import make
from engine.lint.xml import unreadable

# Components that show something and take no value.
SHOWN_TYPES = frozenset({"text", "html", "separator", "spacer", "image", "button"})
_KEY = re.compile(r"[^\W\d]\w*")
# A group that repeats within a repeated group takes a pattern ages to refuse.
_SLOW_PATTERN = re.compile(r"\([^()]*[+*][^()]*\)[+*{]")
_DYNAMIC = ("valuesKey", "valuesExpression", "path")
MAX_FIELDS = 200


class _Place:
    """Makes findings about a form; its lines are found by the ids and keys in its text."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self._lines = text.splitlines()

    def finding(self, rule: str, component: Mapping[str, Any] | None = None, **params: Any) -> Finding:
        key = None if component is None else component.get("key") or component.get("id")
        label = None if component is None else component.get("label")
        return make(
            rule,
            self.file,
            line=self._line(key),
            element_id=key if isinstance(key, str) else None,
            element_name=label if isinstance(label, str) else None,
            params=params | {"field": str(key or "")},
        )

    def _line(self, key: Any) -> int | None:
        quoted = json.dumps(key, ensure_ascii=False)
        pattern = re.compile(rf'"(key|id)"\s*:\s*{re.escape(quoted)}')
        return next((n for n, line in enumerate(self._lines, start=1) if pattern.search(line)), None)


def check(file: str, text: str) -> Iterator[Finding]:
    """Yield what is wrong with a form."""
    refusal = unreadable(file, text)
    if refusal is not None:
        yield refusal
        return
    place = _Place(file, text)
    try:
        schema = json.loads(text)
        components = list(components_of(schema))
    except json.JSONDecodeError as error:
        yield make("form.not_json", file, line=error.lineno, params={"reason": error.msg})
        return
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        yield place.finding("form.no_components")
        return
    if not all(isinstance(component, dict) for component in components):
        yield place.finding("form.no_components")
        return
    if len(components) > MAX_FIELDS:
        yield place.finding("form.too_many_fields", limit=MAX_FIELDS)
        return
    keys = [c.get("key") for c in components if c.get("type") in INPUT_TYPES]
    names = {key for key in keys if isinstance(key, str)}
    seen: set[str] = set()
    for component in components:
        kind = component.get("type")
        if kind in INPUT_TYPES:
            yield from _check_field(place, component, seen)
        elif kind not in SHOWN_TYPES:
            yield place.finding("form.component", component, kind=str(kind))
        yield from _check_condition(place, component, names)


def _check_field(place: _Place, component: Mapping[str, Any], seen: set[str]) -> Iterator[Finding]:
    key = component.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        yield place.finding("form.key", component)
        return
    if key in seen:
        yield place.finding("form.key_twice", component)
    seen.add(key)
    for name in _DYNAMIC:
        if component.get(name):
            yield place.finding("form.dynamic", component, attribute=name)
    if component.get("type") in CHOICE_TYPES:
        yield from _check_options(place, component)
    rules = component.get("validate") or {}
    pattern = rules.get("pattern") if isinstance(rules, dict) else None
    if isinstance(pattern, str) and _SLOW_PATTERN.search(pattern):
        yield place.finding("form.slow_pattern", component, pattern=pattern)
    if not str(component.get("label") or "").strip():
        yield place.finding("form.label", component)
    try:
        field = field_of({**component, "conditional": None})
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        RecursionError,
        re.error,
    ) as error:
        yield place.finding("form.field", component, reason=str(error))
        return
    low, high = field.minimum, field.maximum
    if field.min_length > field.max_length or (low is not None and high is not None and low > high):
        yield place.finding("form.bounds", component)


def _check_options(place: _Place, component: Mapping[str, Any]) -> Iterator[Finding]:
    options = component.get("values")
    if not isinstance(options, list) or not options:
        yield place.finding("form.no_options", component)
        return
    values = [option.get("value") if isinstance(option, dict) else None for option in options]
    if any(value is None or isinstance(value, (dict, list)) or value == "" for value in values):
        yield place.finding("form.option", component)
    elif len({json.dumps(value) for value in values}) < len(values):
        yield place.finding("form.option_twice", component)


def _check_condition(place: _Place, component: Mapping[str, Any], keys: set[str]) -> Iterator[Finding]:
    conditional = component.get("conditional") or {}
    hide = conditional.get("hide") if isinstance(conditional, dict) else conditional
    if not hide:
        return
    if not isinstance(hide, str) or not hide.strip().startswith("="):
        yield place.finding("form.condition", component, reason="it has to start with =")
        return
    try:
        condition = compile_condition(hide)
    except FeelError as error:
        yield place.finding("form.condition", component, reason=str(error))
        return
    for name in sorted(condition.names - keys):
        yield place.finding("form.condition_field", component, name=name)
