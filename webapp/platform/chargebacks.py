"""拒付: payments that buyers dispute at their banks, for the agents who answer them."""

from __future__ import annotations

from webapp.chargebacks.page import Frame, chargeback_page
from webapp.platform import blueprint

FRAME = Frame(
    template="platform/chargebacks.html",
    endpoint="platform.chargebacks",
    order_endpoint="platform.order",
    case_endpoint="platform.case",
)


@blueprint.get("/chargebacks")
def chargebacks() -> str:
    """Show what is disputed, and what the banks have decided."""
    return chargeback_page(FRAME)
