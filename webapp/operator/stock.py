"""Units in quarantine, or to be inspected, in all shops."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from webapp.operator import blueprint
from webapp.stock.page import Frame, stock_page, take_settlement

FRAME = Frame(
    template="operator/stock.html", endpoint="operator.stock", settle_endpoint="operator.settle_stock"
)


@blueprint.get("/stock")
def stock() -> str:
    """Show what is set aside anywhere."""
    return stock_page(FRAME)


@blueprint.post("/stock/<uuid:variant_id>")
def settle_stock(variant_id: uuid.UUID) -> Response | tuple[str, int]:
    """Put units on the shelf, into quarantine, or write them off, on behalf of a shop."""
    return take_settlement(FRAME, variant_id)
