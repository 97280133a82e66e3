"""Words for orders and parcels: their states, what carriers tell of them, and kinds of goods."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ORDER_STATES = {
    "unpaid": _l("Awaiting payment"),
    "paid": _l("Paid"),
    "picking": _l("Being packed"),
    "partly_shipped": _l("Partly shipped"),
    "shipped": _l("On its way"),
    "delivered": _l("Delivered"),
    "completed": _l("Completed"),
    "cancelled": _l("Cancelled"),
}

SHIPMENT_STATES = {
    "created": _l("Handed over by the seller"),
    "sent_back": _l("Handed over by the buyer"),
    "picked_up": _l("Picked up"),
    "in_transit": _l("In transit"),
    "out_for_delivery": _l("Out for delivery"),
    "damaged": _l("Damaged"),
    "lost": _l("Lost"),
    "returned": _l("Returned to sender"),
    "delivered": _l("Delivered"),
}

CARRIER_EVENTS = {
    **{code: words for code, words in SHIPMENT_STATES.items() if code not in {"created", "sent_back"}},
    "intercept_accepted": _l("Carrier: it will be stopped and returned"),
    "intercept_refused": _l("Carrier: it can't be stopped"),
    "intercept_too_late": _l("Carrier: too late to stop it"),
}

TRACKING_RESULTS = {
    "recorded": _l("New"),
    "known": _l("Known already"),
    "kept": _l("Waits for its parcel"),
    "refused": _l("Refused"),
}

INTERCEPTION_ANSWERS = {
    "accepted": _l("Stopped; it comes back"),
    "refused": _l("The carrier refused"),
    "too_late": _l("Too late to stop it"),
    "unanswered": _l("Nobody answered in time"),
}

OFFER_ENDS = {
    "in_case": _l("another request is open about the goods. If that ends without a refund, it is made again"),
    "moving": _l("the parcel is moving again"),
    "lost": _l("the parcel counts as lost now"),
    "delivered": _l("the parcel has arrived"),
    "returned": _l("the parcel went back to the shop"),
    "shipped": _l("everything has been shipped"),
    "cancelled": _l("the goods are cancelled or settled already"),
    "completed": _l("the order is completed"),
    "expired": _l("it wasn't taken in time"),
}

CATEGORIES = {
    "apparel": _l("Clothing"),
    "digital": _l("Electronics"),
    "home": _l("Home"),
    "food": _l("Food"),
    "baby": _l("Baby"),
    "books": _l("Books"),
    "beauty": _l("Beauty"),
    "sports": _l("Sports"),
    "other": _l("Other goods"),
}
