"""What the top of every page offers: the pages of the reader's role."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, current_app, request, url_for
from flask_babel import LazyString, lazy_gettext

from processes.people.roles import Role
from webapp.context import current_reader, now


@dataclass(frozen=True)
class Item:
    """A link at the top of the page.

    Attributes:
        places: Further endpoints that count as the same place; ``name.*`` is all of a blueprint.
    """

    label: LazyString
    endpoint: str
    places: tuple[str, ...] = ()

    def is_current(self) -> bool:
        """Whether the page that is asked for is at this place."""
        here = {request.endpoint, f"{request.blueprint}.*"}
        return not here.isdisjoint((self.endpoint, *self.places))


_PLATFORM = (
    Item(lazy_gettext("Disputes"), "platform.queue", ("platform.case", "tasks.*")),
    Item(lazy_gettext("Charge-backs"), "platform.chargebacks"),
    Item(lazy_gettext("Erasure"), "platform.erasures"),
    Item(lazy_gettext("Statements"), "platform.statements", ("platform.statement",)),
    Item(lazy_gettext("Ratings"), "ratings.index"),
    Item(lazy_gettext("Shop records"), "record.index", ("record.shop",)),
)

_TASKS = Item(lazy_gettext("My tasks"), "tasks.index", ("tasks.*",))

ITEMS: dict[Role, tuple[Item, ...]] = {
    Role.BUYER: (
        Item(
            lazy_gettext("My orders"),
            "buyer.orders",
            ("buyer.order", "buyer.request_form", "buyer.submit_request"),
        ),
        Item(lazy_gettext("My cancellations"), "buyer.cases", ("buyer.case", "tasks.*")),
        Item(lazy_gettext("Coupons and points"), "buyer.wallet"),
    ),
    Role.SELLER: (
        Item(
            lazy_gettext("Cancellations to handle"),
            "seller.inbox",
            ("seller.case", "seller.decided", "tasks.*"),
        ),
        Item(
            lazy_gettext("Orders"),
            "seller.orders",
            (
                "seller.order",
                "seller.request_form",
                "seller.submit_request",
                "seller.tracking",
                "seller.look_at_tracking",
                "seller.take_tracking",
            ),
        ),
        Item(lazy_gettext("Statements"), "seller.statement"),
        Item(lazy_gettext("Units set aside"), "seller.stock", ("seller.settle_stock",)),
        Item(lazy_gettext("Ratings"), "ratings.index"),
        Item(lazy_gettext("Record"), "record.index"),
    ),
    Role.AGENT: _PLATFORM,
    Role.SENIOR: _PLATFORM,
    Role.OPERATOR: (
        Item(lazy_gettext("Operations"), "operator.index", ("operator.*", "migrating.*")),
        _TASKS,
    ),
    Role.ANALYST: (
        Item(lazy_gettext("Processes"), "analyst.index", ("analyst.*", "migrating.*")),
        _TASKS,
    ),
}


def items() -> list[dict[str, object]]:
    """The links of the reader's role, with the one where he is marked."""
    reader = current_reader()
    if reader is None:
        return []
    return [
        {
            "label": item.label,
            "href": url_for(item.endpoint),
            "current": item.is_current(),
        }
        for item in ITEMS[reader.role]
        if item.endpoint in current_app.view_functions
    ]


def init_app(app: Flask) -> None:
    """Give templates the reader and the links."""

    @app.context_processor
    def _navigation() -> dict[str, object]:
        return {"reader": current_reader(), "navigation": items, "server_now": now}

    @app.after_request
    def _time(response: Response) -> Response:
        # A part that is fetched later brings the product's time, which countdowns go by.
        if request.headers.get("HX-Request"):
            response.headers["X-Product-Time"] = now().isoformat()
        return response
