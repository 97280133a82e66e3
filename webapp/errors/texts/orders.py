"""Refusals about what is sold and sent: shops, their calendars, orders and parcels."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "calendar.day_not_closable": _l(
        "The shop can't be closed on %(day)s: choose a day %(notice)s days ahead or later."
    ),
    "calendar.too_many_closed_days": _l(
        "A shop can be closed on %(most)s days of a year beyond public holidays, and these are used up."
    ),
    "catalog.shop_not_found": _l("There is no such shop: check its name."),
    "catalog.token_refused": _l("The token is missing or belongs to no shop."),
    "catalog.category_unknown": _l("%(category)s is no category; choose one of %(known)s."),
    "order.not_found": _l("There is no such order, or it isn't yours."),
    "order.conflict": _l("Order number %(order_no)s belongs to another order: give this one another number."),
    "order.empty": _l("An order needs a line."),
    "order.discount_too_large": _l("A discount of %(discount)s is more than the goods cost (%(goods)s)."),
    "order.currency_mixed": _l(
        "The order is in %(currency)s, not in %(other)s: give all its amounts in %(currency)s."
    ),
    "order.payment_conflict": _l(
        "Payment %(reference)s was recorded with another amount. Report another payment under a "
        "reference of its own."
    ),
    "order.payment_exceeds_total": _l(
        "The order costs %(total)s; %(captured)s of it is paid, so %(amount)s more is too much."
    ),
    "order.closed": _l("The order is closed (%(state)s)."),
    "order.units_exceeded": _l("Only %(available)s units of line %(line_no)s are left, not %(asked)s."),
    "shipping.not_found": _l("There is no such shipment."),
    "shipping.conflict": _l(
        "Parcel %(tracking_no)s of %(carrier)s was recorded with other contents. Check the number: "
        "what a parcel holds can't be changed."
    ),
    "shipping.empty": _l("A shipment needs goods, and nothing of the order is left to ship."),
    "shipping.line_unknown": _l("The order has no line %(line_no)s."),
    "shipping.feed_not_found": _l("There is no such feed: ./tuidan carrier list names them all."),
    "shipping.parcel_unknown": _l("No order has the parcel %(tracking_no)s of %(carrier)s."),
    "shipping.offer_not_found": _l("There is no such offer, or it isn't yours."),
    "shipping.offer_lapsed": _l(
        "This offer stands no longer: the goods arrived, left or are in another request, or its time is up. "
        "You can still ask for a cancellation."
    ),
    "shipping.signature_refused": _l(
        "The report's signature is missing, wrong or too old; sign its time and body with the feed's secret."
    ),
    "shipping.interception_ended": _l(
        "What became of this parcel was settled at %(at)s; it can't be answered for again."
    ),
    "shipping.interception_answer_unknown": _l(
        "%(answer)s is no answer to the wish to stop a parcel; choose one of %(known)s."
    ),
    "shipping.too_many_kept": _l(
        "%(maximum)s events of yours wait for parcels that nobody has told of; tell of the parcels first."
    ),
    "shipping.event_unknown": _l("%(event)s is no tracking event; choose one of %(known)s."),
    "shipping.event_in_future": _l(
        "The event is to have happened at %(at)s, which is still to come; check the time and its zone."
    ),
    "shipping.event_conflict": _l(
        "Tracking event %(event_id)s was recorded with other contents: give another event another id."
    ),
}

ADVICE: dict[str, LazyString] = {
    "shipping.interception_ended": _l("Open the case to see how it goes on. Nothing has been changed."),
    "order.not_found": _l("Check the order number, or look for it in your orders."),
}
