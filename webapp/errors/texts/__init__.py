"""Wordings of refusals by their code; ``%(name)s`` stands for a parameter of the error.

Each area has a module of its own; here they come together.
"""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp.errors.texts import (
    cases,
    changing,
    definitions,
    instances,
    interfaces,
    money,
    orders,
    people,
    settling,
)

MESSAGES: dict[str, LazyString] = {
    "not_found": _l("There is no such thing here, or it isn't yours to see."),
    **cases.MESSAGES,
    **changing.MESSAGES,
    **definitions.MESSAGES,
    **instances.MESSAGES,
    **interfaces.MESSAGES,
    **money.MESSAGES,
    **orders.MESSAGES,
    **people.MESSAGES,
    **settling.MESSAGES,
}

ADVICE: dict[str, LazyString] = {
    **cases.ADVICE,
    **instances.ADVICE,
    **orders.ADVICE,
    **people.ADVICE,
    **settling.ADVICE,
}
