"""Words for how a cancellation is settled: offers, rulings, ratings, and goods that came back."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

OFFER_KINDS = {
    "amount": _l("Pay a part back, keep the goods"),
    "return_first": _l("A return first, then the whole refund"),
    "exchange": _l("An exchange"),
}

OFFER_ANSWERS = {
    "accepted": _l("Accepted"),
    "declined": _l("Declined"),
    "lapsed": _l("Not answered in time"),
}

DISPUTE_STAGES = {
    "first": _l("First rulings"),
    "senior": _l("Taken over by seniors"),
    "appeal": _l("Appeals"),
    "appeal_late": _l("Appeals out of time"),
    "parcel": _l("Missing parcels"),
    "overdue": _l("Past the deadline"),
}

RULINGS = {
    "buyer": _l("For the buyer"),
    "partial": _l("For the buyer in part"),
    "seller": _l("For the seller"),
}

STARS = {
    "5": _l("very good"),
    "4": _l("good"),
    "3": _l("fair"),
    "2": _l("bad"),
    "1": _l("very bad"),
}

STOCK_PLACES = {
    "quarantine": _l("In quarantine"),
    "inspect": _l("To be inspected"),
}

SETTLEMENTS = {
    "release": _l("Put on the shelf"),
    "write_off": _l("Write off"),
    "quarantine": _l("Put into quarantine"),
}
