"""库存: the shop's units in quarantine, or to be inspected."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from webapp.seller import blueprint
from webapp.stock.page import Frame, stock_page, take_settlement

FRAME = Frame(template="seller/stock.html", endpoint="seller.stock", settle_endpoint="seller.settle_stock")


@blueprint.get("/stock")
def stock() -> str:
    """Show what is set aside in the shop."""
    return stock_page(FRAME)


@blueprint.post("/stock/<uuid:variant_id>")
def settle_stock(variant_id: uuid.UUID) -> Response | tuple[str, int]:
    """Put units on the shelf, into quarantine, or write them off."""
    return take_settlement(FRAME, variant_id)
