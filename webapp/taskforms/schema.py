"""Reading a form-js schema into fields that a template can draw, in the reader's language.

The Chinese texts are the schema's own; English ones are properties of the component:
``label_en``, ``description_en``, and ``values_en`` (a JSON object from value to label) or
``value_en_<value>`` for the options.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TYPES = frozenset(
    {
        "textfield",
        "textarea",
        "select",
        "radio",
        "checkbox",
        "checklist",
        "number",
        "datetime",
        "text",
        "html",
    }
)

_COMPARISON = re.compile(r'^\s*=?\s*\(?\s*(\w+)\s*(!=|=)\s*"([^"]*)"\s*\)?\s*$')


@dataclass(frozen=True, kw_only=True)
class Condition:
    """When a field is shown: while another one has one of some values, or none of them."""

    key: str
    values: tuple[str, ...]
    unless: bool = False

    def holds(self, given: Mapping[str, Any]) -> bool:
        """Whether the field is shown for what is filled in elsewhere."""
        has = str(given.get(self.key) or "") in self.values
        return not has if self.unless else has


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice.

    Attributes:
        value: As the schema has it: a text, a number or a truth value.
        code: The same as a text, which is what a browser sends.
    """

    value: Any
    code: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """A component of a form; ``text`` components have a label and no key."""

    type: str
    key: str = ""
    label: str = ""
    description: str = ""
    required: bool = False
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    default: Any = None
    options: tuple[Option, ...] = field(default=())
    shown: Condition | None = None


def fields_of(schema: Mapping[str, Any], *, chinese: bool) -> list[Field]:
    """Return the fields of a schema, groups unfolded; components of unknown types are left out."""
    fields = []
    for component in schema.get("components", []):
        if component.get("type") == "group":
            fields.extend(fields_of(component, chinese=chinese))
        elif component.get("type") in TYPES:
            fields.append(_field(component, chinese))
    return fields


def _field(component: Mapping[str, Any], chinese: bool) -> Field:
    rules = component.get("validate") or {}
    properties = component.get("properties") or {}

    def text(name: str) -> str:
        own = str(component.get(name) or "")
        return own if chinese else str(properties.get(f"{name}_en") or own)

    return Field(
        type=component["type"],
        key=str(component.get("key") or ""),
        label=text("text") if component["type"] in {"text", "html"} else text("label"),
        description=text("description"),
        required=bool(rules.get("required")),
        min_length=rules.get("minLength"),
        max_length=rules.get("maxLength"),
        minimum=rules.get("min"),
        maximum=rules.get("max"),
        default=component.get("defaultValue"),
        options=tuple(_options(component, properties, chinese)),
        shown=_condition(component.get("conditional") or {}),
    )


def _options(component: Mapping[str, Any], properties: Mapping[str, Any], chinese: bool) -> list[Option]:
    try:
        english = json.loads(properties.get("values_en") or "{}")
    except ValueError:
        english = {}
    options = []
    for value in component.get("values") or []:
        code = str(value["value"])
        label = str(value.get("label") or code)
        if not chinese:
            label = str(english.get(code) or properties.get(f"value_en_{code}") or label)
        options.append(Option(value=value["value"], code=code, label=label))
    return options


def _condition(conditional: Mapping[str, Any]) -> Condition | None:
    """Read ``=key != "value"`` (hide unless equal) and ``=key = "value"``; others are shown always."""
    hide = str(conditional.get("hide") or "")
    if not hide:
        return None
    for joiner, operator in ((" and ", "!="), (" or ", "=")):
        parts = [_COMPARISON.match(part) for part in hide.removeprefix("=").split(joiner)]
        if any(part is None for part in parts):
            continue
        found = [part.groups() for part in parts if part is not None]
        keys = {key for key, _, _ in found}
        operators = {used for _, used, _ in found}
        if (len(keys) == 1 and operators <= {operator}) or len(found) == 1:
            return Condition(
                key=found[0][0],
                values=tuple(value for _, _, value in found),
                unless=found[0][1] == "=",
            )
    return None
