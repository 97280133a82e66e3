"""Forms of user tasks, in form-js JSON: what a person may submit, checked on the server.

The browser draws the form and checks as much as it likes; what counts is decided here.
Nothing that the form doesn't ask for gets into an instance's variables.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import TuidanError
from engine.feel import Condition, compile_condition
from engine.values import JSON

TEXT_TYPES = frozenset({"textfield", "textarea"})
CHOICE_TYPES = frozenset({"select", "radio", "checklist", "taglist"})
INPUT_TYPES = TEXT_TYPES | CHOICE_TYPES | {"number", "checkbox", "datetime"}
SHOWN_TYPES = frozenset({"text", "html", "separator", "spacer", "image", "button"})
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


class FormUnreadable(TuidanError):
    """The form can't be read: {reason}."""

    code = "form.unreadable"


class FormInvalid(TuidanError):
    """Some fields are not filled in correctly."""

    code = "form.invalid"

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(fields=self.fields)


class _Refused(Exception):
    """One field's value is wrong; the text is the code."""


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
                raise _Refused("required")
            return self.empty
        if self.kind in TEXT_TYPES:
            return self._text(value)
        if self.kind == "number":
            return self._number(value)
        if self.kind == "checkbox":
            if value is not True:
                raise _Refused("wrong_type")
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
            raise _Refused("wrong_type")
        if len(value) > self.max_length:
            raise _Refused("too_long")
        if len(value) < self.min_length:
            raise _Refused("too_short")
        if self.pattern is not None and not self.pattern.search(value):
            raise _Refused("pattern")
        return value

    def _number(self, value: JSON) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _Refused("not_a_number")
        if isinstance(value, float) and not math.isfinite(value):
            raise _Refused("not_a_number")
        if abs(value) > MAX_NUMBER:
            raise _Refused("out_of_range")
        if self.minimum is not None and value < self.minimum:
            raise _Refused("out_of_range")
        if self.maximum is not None and value > self.maximum:
            raise _Refused("out_of_range")
        if self.decimals is not None and round(value, self.decimals) != value:
            raise _Refused("not_a_number")
        return int(value) if isinstance(value, float) and self.decimals == 0 else value

    def _instant(self, value: JSON) -> str:
        if not isinstance(value, str) or len(value) > 40:
            raise _Refused("wrong_type")
        try:
            _DATE_FORMS[self.subtype](value)
        except ValueError:
            raise _Refused("wrong_type") from None
        return value

    def _choice(self, value: JSON) -> JSON:
        for option in self.options:
            if type(option) is type(value) and option == value:
                return option
        raise _Refused("not_an_option")

    def _choices(self, value: JSON) -> list[JSON]:
        if not isinstance(value, list):
            raise _Refused("wrong_type")
        if len(value) > MAX_CHOICES or len(value) > len({json.dumps(v) for v in value}):
            raise _Refused("not_an_option")
        return [self._choice(one) for one in value]


@dataclass(frozen=True)
class Form:
    """A form's fields by their keys."""

    fields: Mapping[str, FormField]

    @classmethod
    def parse(cls, text: str) -> Form:
        """Read a form; the linter has refused what this can't read before it is deployed.

        Raises:
            FormUnreadable: If it isn't such a form.
        """
        try:
            components = list(components_of(json.loads(text)))
            return cls({c["key"]: field_of(c) for c in components if c.get("type") in INPUT_TYPES})
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, re.error) as error:
            raise FormUnreadable(reason=str(error)) from error

    def validate(self, values: Mapping[str, JSON]) -> dict[str, JSON]:
        """Check what was submitted.

        Args:
            values: JSON values by field key; text is not taken for a number.

        Returns:
            A value for each field that is shown; those of hidden fields are dropped.

        Raises:
            FormInvalid: With a code for each field: required, too_short, too_long, pattern,
                not_a_number, out_of_range, not_an_option, wrong_type or unknown_field.
        """
        wrong = {str(key)[:100]: "unknown_field" for key in values if key not in self.fields}
        cleaned: dict[str, JSON] = {}
        for key in self._shown(values):
            try:
                cleaned[key] = self.fields[key].clean(values.get(key))
            except _Refused as refusal:
                wrong[key] = str(refusal)
        if wrong:
            raise FormInvalid(wrong)
        return cleaned

    def _shown(self, values: Mapping[str, JSON]) -> list[str]:
        """The fields that are shown; one that is hidden counts as empty for the others."""
        shown = list(self.fields)
        for _ in range(len(self.fields) + 1):
            given = {key: values[key] for key in shown if key in values}
            now = [k for k, f in self.fields.items() if f.hidden_if is None or not f.hidden_if.holds(given)]
            if now == shown:
                break
            shown = now
        return shown


def components_of(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A form's components in order, those in groups included."""
    for component in schema["components"]:
        if component.get("type") == "group":
            yield from components_of(component)
        else:
            yield component


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
