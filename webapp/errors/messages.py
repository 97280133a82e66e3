"""What a refusal says and advises, in the reader's language, found by its stable code.

A new error needs an entry here; a test walks all of them.
"""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext

from engine.errors import Kind, TuidanError
from webapp.errors import texts
from webapp.formatting import instant
from webapp.wording import WORDS
from webapp.wording.eligibility import ineligible

HTTP_CODES = {
    400: "http.bad_request",
    401: "http.unauthorized",
    403: "http.forbidden",
    404: "not_found",
    405: "http.method_not_allowed",
    413: "http.too_large",
    415: "http.unsupported_media_type",
    429: "http.too_many_requests",
}

TITLES: dict[int, LazyString] = {
    400: lazy_gettext("That doesn't fit"),
    403: lazy_gettext("Not for you"),
    404: lazy_gettext("Not found"),
    405: lazy_gettext("That doesn't work here"),
    409: lazy_gettext("That is no longer possible"),
    413: lazy_gettext("Too large"),
    429: lazy_gettext("Too many attempts"),
    500: lazy_gettext("Something went wrong on our side"),
    503: lazy_gettext("Not available right now"),
}

HTTP_MESSAGES: dict[int, LazyString] = {
    400: lazy_gettext("The request can't be understood."),
    401: lazy_gettext("Please sign in."),
    403: lazy_gettext("You may not do this."),
    404: lazy_gettext("This page doesn't exist, or it isn't yours to see."),
    405: lazy_gettext("This address doesn't take that kind of request."),
    413: lazy_gettext("What you sent is larger than this page takes (1 MB; with files, 171 MB)."),
    415: lazy_gettext("What you sent is in a format that isn't understood here."),
    429: lazy_gettext("Too many requests in a short time."),
    500: lazy_gettext("An unexpected failure has been recorded, and nothing has been changed."),
    503: lazy_gettext("The product can't reach its database."),
}

ADVICE: dict[int, LazyString] = {
    400: lazy_gettext("Go back, correct what is named above and send it again. Nothing has been changed."),
    403: lazy_gettext("Sign in with an account that has the right role."),
    404: lazy_gettext("Check the number, or start from your list."),
    405: lazy_gettext("Go back and use the buttons of the page."),
    409: lazy_gettext("Reload the page to see how things stand now. Nothing has been changed."),
    413: lazy_gettext("Shorten the text or send smaller files. Nothing has been changed."),
    429: lazy_gettext("Wait a few minutes and try again."),
    500: lazy_gettext("Try again in a minute; if it happens again, tell us the time and the address."),
    503: lazy_gettext("Try again in a minute. Nothing has been changed."),
}

# Parameters of errors that are codes, and the table that words them.
CODED_PARAMS = {
    "state": "order_state",
    "reason": "reason",
    "flow": "flow",
    "status": "case_status",
    "outcome": "outcome",
    "tender": "tender",
    "by": "party",
    "kind": "evidence_kind",
    "refusal_code": "refusal_code",
}


def message_of(error: TuidanError) -> str:
    """What an error says to the reader."""
    template = texts.MESSAGES.get(error.code)
    if template is None:
        return error.message
    try:
        return str(template) % _Readable(error.params)
    except (TypeError, ValueError):
        return str(template)


def advice_of(error: TuidanError | int) -> str:
    """What the reader can do next."""
    if isinstance(error, int):
        return str(ADVICE.get(error, ADVICE[500 if error >= 500 else 400]))
    specific = texts.ADVICE.get(error.code)
    if specific is not None:
        return str(specific)
    return str(ADVICE.get(error.kind.value, ADVICE[Kind.INVALID.value]))


def http_message(status: int) -> str:
    """What an error of HTTP itself says."""
    known = HTTP_MESSAGES.get(status)
    return str(known) if known is not None else gettext("The request was refused.")


def title_of(status: int) -> str:
    """The heading of an error page."""
    return str(TITLES.get(status, TITLES[500 if status >= 500 else 400]))


class _Readable(dict[str, Any]):
    """Parameters as people read them; a missing one shows as a dash."""

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None or value == "":
            return "—"
        if name == "at":
            return instant(value)
        if name == "text" and "code" in self:
            return ineligible(str(self.get("code")), str(value))
        table = CODED_PARAMS.get(name)
        if table and isinstance(value, str):
            return str(WORDS[table].get(value, value))
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(str(item) for item in value)
        return str(value)
