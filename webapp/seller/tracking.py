"""物流事件: tracking events of the shop's own parcels, from a file."""

from __future__ import annotations

from webapp.seller import blueprint
from webapp.tracking.page import Side, look_at_file, take_file, tracking_page

SIDE = Side(template="seller/tracking.html", endpoint="seller.tracking", take_endpoint="seller.take_tracking")


@blueprint.get("/tracking")
def tracking() -> str:
    """Show the form, and what waits for its parcel."""
    return tracking_page(SIDE)


@blueprint.post("/tracking")
def look_at_tracking() -> tuple[str, int]:
    """Show what would become of a file's rows."""
    return look_at_file(SIDE)


@blueprint.post("/tracking/take")
def take_tracking() -> tuple[str, int]:
    """Bring a file in."""
    return take_file(SIDE)
