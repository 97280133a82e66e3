"""Wordings of refusals by their code; ``%(name)s`` stands for a parameter of the error."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "not_found": _l("There is no such thing here, or it isn't yours to see."),
    # People
    "people.sign_in_refused": _l("The name or the password is wrong, or the account is closed."),
    "people.too_many_attempts": _l("Too many failed sign-ins; try again in %(minutes)s minutes."),
    "people.wrong_role": _l("This page belongs to another role."),
    "people.login_taken": _l("Somebody already signs in as %(login)s."),
    "people.password_too_short": _l("A password needs %(minimum)s characters or more."),
    "people.account_not_found": _l("There is no such account."),
    # Shops
    "catalog.shop_not_found": _l("There is no such shop."),
    "catalog.token_refused": _l("The token is missing or belongs to no shop."),
    "catalog.category_unknown": _l("%(category)s is no category; choose one of %(known)s."),
    # Orders
    "order.not_found": _l("There is no such order, or it isn't yours."),
    "order.conflict": _l("Order number %(order_no)s belongs to another order."),
    "order.empty": _l("An order needs a line."),
    "order.discount_too_large": _l("A discount of %(discount)s is more than the goods cost (%(goods)s)."),
    "order.currency_mixed": _l("The order is in %(currency)s, not in %(other)s."),
    "order.payment_conflict": _l("Payment %(reference)s was recorded with another amount."),
    "order.payment_exceeds_total": _l(
        "The order costs %(total)s; %(captured)s of it is paid, so %(amount)s more is too much."
    ),
    "order.closed": _l("The order is closed (%(state)s)."),
    "order.units_exceeded": _l("Only %(available)s units of line %(line_no)s are left, not %(asked)s."),
    # Parcels
    "shipping.not_found": _l("There is no such shipment."),
    "shipping.conflict": _l("Parcel %(tracking_no)s of %(carrier)s was recorded with other contents."),
    "shipping.empty": _l("A shipment needs goods, and nothing of the order is left to ship."),
    "shipping.line_unknown": _l("The order has no line %(line_no)s."),
    "shipping.event_unknown": _l("%(event)s is no tracking event; choose one of %(known)s."),
    "shipping.event_conflict": _l("Tracking event %(event_id)s was recorded with other contents."),
}

ADVICE: dict[str, LazyString] = {
    "people.too_many_attempts": _l("Wait, or ask an administrator to set a new password."),
    "people.wrong_role": _l("Sign out and sign in with the account that has this role."),
    "order.not_found": _l("Check the order number, or look for it in your orders."),
}
