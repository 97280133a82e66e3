"""Why something can't be cancelled, in words.

The tables of time limits say why they refuse. In Chinese their own words are shown, so that an
analyst's change shows at once.
"""

from __future__ import annotations

from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l

INELIGIBLE: dict[str, LazyString] = {
    "ALREADY_SHIPPED": _l("The goods have been shipped; ask for another reason."),
    "ALREADY_DELIVERED": _l("The goods have been delivered; ask for another reason."),
    "BUYER_ONLY": _l("Only the buyer can give this reason."),
    "NOT_PAID": _l("The order isn't paid."),
    "NOT_SHIPPED": _l("The goods haven't been shipped yet."),
    "NOT_DELIVERED": _l("The goods haven't been delivered yet."),
    "NOT_RETURNABLE": _l("Goods of this kind can't be returned for this reason."),
    "OUT_OF_WINDOW": _l("The time in which this can be asked for has passed."),
    "ORDER_CANCELLED": _l("The order is cancelled already."),
    "ALREADY_IN_CASE": _l("A cancellation of these goods is under way."),
    "NOTHING_LEFT": _l("Nothing is left of the order that could be cancelled."),
    "NO_REASON": _l("No reason applies to an order in this state."),
}


def ineligible(code: str, text: str) -> str:
    """Why something can't be cancelled: in the table's words, else in ours."""
    locale = get_locale()
    wording = INELIGIBLE.get(code)
    if text and (wording is None or (locale is not None and locale.language == "zh")):
        return text
    return str(wording or INELIGIBLE["NO_REASON"])
