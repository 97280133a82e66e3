"""Words for people: their roles, and the parties to a cancellation."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ROLES = {
    "buyer": _l("Buyer"),
    "seller": _l("Seller"),
    "agent": _l("Platform agent"),
    "senior": _l("Senior agent"),
    "operator": _l("Operator"),
    "analyst": _l("Analyst"),
}

PARTIES = {
    "nobody": _l("nobody"),
    "buyer": _l("the buyer"),
    "seller": _l("the seller"),
    "carrier": _l("the carrier"),
    "platform": _l("the platform"),
    "system": _l("the system"),
}
