"""Forms of user tasks, in form-js JSON: what a person may submit, checked on the server.

The browser draws the form and checks as much as it likes; what counts is decided here.
Nothing that the form doesn't ask for gets into an instance's variables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import TuidanError
from engine.form_fields import INPUT_TYPES, FieldRefused, FormField, field_of
from engine.values import JSON


class FormUnreadable(TuidanError):
    """The form can't be read: {reason}."""

    code = "form.unreadable"


class FormInvalid(TuidanError):
    """Some fields are not filled in correctly."""

    code = "form.invalid"

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(fields=self.fields)


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
            except FieldRefused as refusal:
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
