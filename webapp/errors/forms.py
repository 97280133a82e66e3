"""What is wrong with a field of a form, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from engine.forms import FormInvalid
from webapp.taskforms import Field

FAULTS: dict[str, LazyString] = {
    "required": _l("Please fill this in."),
    "too_short": _l("Please write at least %(least)s characters."),
    "too_long": _l("Please write at most %(most)s characters."),
    "pattern": _l("This doesn't have the expected form."),
    "not_a_number": _l("Please enter a number."),
    "out_of_range": _l("This number is out of range."),
    "not_an_option": _l("Please choose one of the options."),
    "wrong_type": _l("This isn't what is expected here."),
    "unknown_field": _l("There is no such field."),
}


def field_messages(refusal: FormInvalid, fields: Sequence[Field]) -> Mapping[str, str]:
    """Return a message for each field that is wrong, by its key."""
    known = {field.key: field for field in fields}
    return {key: _message(code, known.get(key)) for key, code in refusal.fields.items()}


def _message(code: str, field: Field | None) -> str:
    wording = FAULTS.get(code)
    if wording is None:
        return str(gettext("This isn't what is expected here."))
    least, most = (field.min_length, field.max_length) if field else (None, None)
    return str(wording) % {"least": least or 1, "most": most or 2000}
