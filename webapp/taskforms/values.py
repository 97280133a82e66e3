"""Turning a submitted form into values: typed where the schema says so, raw where that fails.

A value of the wrong type is passed on as it was written, so that the engine's check names
the field, and the page shows it again as it was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from webapp.taskforms.schema import Field


def values_from(fields: Sequence[Field], submitted: MultiDict[str, str]) -> dict[str, Any]:
    """Return the values of the fields that are shown for this submission."""
    raw = {f.key: submitted.get(f.key, "") for f in fields if f.key}
    values: dict[str, Any] = {}
    for one in fields:
        if not one.key or (one.shown is not None and not one.shown.holds(raw)):
            continue
        value = _value(one, submitted)
        if value is not None:
            values[one.key] = value
    return values


def _value(one: Field, submitted: MultiDict[str, str]) -> Any:
    match one.type:
        case "checkbox":
            return one.key in submitted
        case "checklist" | "taglist":
            return [_option(one, code) for code in submitted.getlist(one.key)]
        case "select" | "radio":
            return _option(one, submitted.get(one.key, "")) or None
        case "number":
            return _number(submitted.get(one.key, "").strip())
        case _:
            text = submitted.get(one.key, "").strip().replace("\r\n", "\n")
            return text or None


def _option(one: Field, code: str) -> Any:
    """The option's own value, which need not be a text; what is no option stays as it was sent."""
    return next((option.value for option in one.options if option.code == code), code)


def _number(text: str) -> int | float | str | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text
