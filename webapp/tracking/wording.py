"""What is wrong with a row of a file of tracking events, and what to do about it."""

from __future__ import annotations

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from processes.importing.problems import Problem
from webapp.i18n import in_chinese

REMEDIES: dict[str, LazyString] = {
    "import.encoding": _l("The text can't be read: save the file as UTF-8 or GB18030."),
    "import.empty": _l("The file is empty: its first line names the columns."),
    "import.column_missing": _l("The column is missing: add it to the first line."),
    "import.column_unknown": _l("There is no such column: remove it, or correct its name."),
    "import.column_repeated": _l("The column is named twice: name each once."),
    "import.row_length": _l(
        "The row has more or fewer fields than the first line: put quotes around commas."
    ),
    "import.row_malformed": _l("A quotation mark isn't closed: close each, and double those inside a field."),
    "import.value_missing": _l("The field is empty: fill it."),
    "import.value_too_long": _l("The text is too long: shorten it."),
    "import.not_an_instant": _l("Write date, time and zone, such as 2026-03-01T12:00:00+08:00."),
    "import.not_a_code": _l("Use letters, digits and the signs - _ . / only."),
    "import.not_a_choice": _l("This is no tracking event: choose one of those listed above."),
    "import.too_large": _l("The file is too large for this page: divide it, or let an operator import it."),
    "shipping.event_conflict": _l(
        "An event of that id was recorded with other contents: give it another id."
    ),
    "shipping.too_many_kept": _l("Too many events wait for their parcels: record the parcels first."),
}


def remedy_of(problem: Problem) -> str:
    """What is wrong and what to do, in the reader's language."""
    wording = REMEDIES.get(problem.code)
    return str(wording) if wording is not None else (problem.code if in_chinese() else problem.remedy)


def init_app(app: Flask) -> None:
    """Give templates the words for what is wrong with a row."""
    app.jinja_env.filters["tracking_remedy"] = remedy_of
