"""Charge-backs, with the way to the process instances that they concern."""

from __future__ import annotations

from webapp.chargebacks.page import Frame, chargeback_page
from webapp.operator import blueprint

FRAME = Frame(
    template="operator/chargebacks.html",
    endpoint="operator.chargebacks",
    case_endpoint="operator.instances",
    case_argument="search",
)


@blueprint.get("/chargebacks")
def chargebacks() -> str:
    """Show what is disputed, and what the banks have decided."""
    return chargeback_page(FRAME)
