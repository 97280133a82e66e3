"""One field of a form: what it takes, and the value that is kept of what was submitted."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.feel import Condition, compile_condition
from engine.values import JSON

TEXT_TYPES = frozenset({"textfield", "textarea"})
CHOICE_TYPES = frozenset({"select", "radio", "checklist", "taglist"})
INPUT_TYPES = TEXT_TYPES | CHOICE_TYPES | {"number", "checkbox", "datetime"}
MAX_TEXT = 2_000
MAX_CHOICES = 200
# Larger numbers change on their way through a browser.
MAX_NUMBER = 2**53

_DATE_FORMS = {
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
}
_VALIDATION_TYPES = {
    "email": re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,63}"),
    "phone": re.compile(r"\+?[\d\s().-]{5,20}"),
}


class FieldRefused(Exception):
    """A field doesn't take a value; the text is the code of :class:`engine.forms.FormInvalid`."""


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field that takes a value.

    Attributes:
        kind: The form-js component type.
        options: The values that a choice accepts.
        subtype: Of a datetime: date, time or datetime.
        hidden_if: While this holds, the field is not shown and its value is dropped.
    """

    key: str
    kind: str
    required: bool = False
    min_length: int = 0
    max_length: int = MAX_TEXT
    pattern: re.Pattern[str] | None = None
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    options: tuple[JSON, ...] = ()
    subtype: str = "date"
    hidden_if: Condition | None = None

    def clean(self, value: JSON) -> JSON:
        """Return the value as it will be stored; None, blank text and nothing chosen are empty."""
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").strip()
        if value is None or value == "" or value == [] or (self.kind == "checkbox" and value is False):
            if self.required:
                raise FieldRefused("required")
            return self.empty
        if self.kind in TEXT_TYPES:
            return self._text(value)
        if self.kind == "number":
            return self._number(value)
        if self.kind == "checkbox":
            if value is not True:
                raise FieldRefused("wrong_type")
            return True
        if self.kind == "datetime":
            return self._instant(value)
        if self.kind in ("checklist", "taglist"):
            return self._choices(value)
        return self._choice(value)

    @property
    def empty(self) -> JSON:
        """What an optional field that is left open gives, so that expressions can name it."""
        if self.kind in TEXT_TYPES:
            return ""
        if self.kind == "checkbox":
            return False
        return [] if self.kind in ("checklist", "taglist") else None

    def _text(self, value: JSON) -> str:
        if not isinstance(value, str) or not _storable(value):
            raise FieldRefused("wrong_type")
        if len(value) > self.max_length:
            raise FieldRefused("too_long")
        if len(value) < self.min_length:
            raise FieldRefused("too_short")
        if self.pattern is not None and not self.pattern.search(value):
            raise FieldRefused("pattern")
        return value

    def _number(self, value: JSON) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise FieldRefused("not_a_number")
        if isinstance(value, float) and not math.isfinite(value):
            raise FieldRefused("not_a_number")
        if abs(value) > MAX_NUMBER:
            raise FieldRefused("out_of_range")
        if self.minimum is not None and value < self.minimum:
            raise FieldRefused("out_of_range")
        if self.maximum is not None and value > self.maximum:
            raise FieldRefused("out_of_range")
        if self.decimals is not None and round(value, self.decimals) != value:
            raise FieldRefused("not_a_number")
        return int(value) if isinstance(value, float) and self.decimals == 0 else value

    def _instant(self, value: JSON) -> str:
        if not isinstance(value, str) or len(value) > 40:
            raise FieldRefused("wrong_type")
        try:
            _DATE_FORMS[self.subtype](value)
        except ValueError:
            raise FieldRefused("wrong_type") from None
        return value

    def _choice(self, value: JSON) -> JSON:
        for option in self.options:
            if type(option) is type(value) and option == value:
                return option
        raise FieldRefused("not_an_option")

    def _choices(self, value: JSON) -> list[JSON]:
        if not isinstance(value, list):
            raise FieldRefused("wrong_type")
        if len(value) > MAX_CHOICES or len(value) > len({json.dumps(v) for v in value}):
            raise FieldRefused("not_an_option")
        return [self._choice(one) for one in value]


def field_of(component: Mapping[str, Any]) -> FormField:
    """Read one component that takes a value.

    Raises:
        ValueError: Or another of ``Form.parse``'s, if it can't be read.
    """
    rules = component.get("validate") or {}
    pattern = re.compile(rules["pattern"]) if rules.get("pattern") else None
    if rules.get("validationType") in _VALIDATION_TYPES:
        pattern = re.compile(rf"\A(?:{_VALIDATION_TYPES[rules['validationType']].pattern})\Z")
    hide = (component.get("conditional") or {}).get("hide")
    return FormField(
        key=component["key"],
        kind=component["type"],
        required=bool(rules.get("required")),
        min_length=int(rules.get("minLength") or 0),
        max_length=int(rules["maxLength"]) if rules.get("maxLength") is not None else MAX_TEXT,
        pattern=pattern,
        minimum=_bound(rules.get("min")),
        maximum=_bound(rules.get("max")),
        decimals=int(component["decimalDigits"]) if component.get("decimalDigits") is not None else None,
        options=tuple(option["value"] for option in component.get("values") or ()),
        subtype=component.get("subtype") or "date",
        hidden_if=compile_condition(hide) if hide else None,
    )


def _bound(value: Any) -> float | None:
    return None if value is None or value == "" else float(value)


def _storable(text: str) -> bool:
    """Whether the database takes the text: no zero characters, no halves of surrogate pairs."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
