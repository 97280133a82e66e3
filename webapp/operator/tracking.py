"""Tracking events of anybody's parcels, from a file, and those that wait for their parcel."""

from __future__ import annotations

from webapp.operator import blueprint
from webapp.tracking.page import Side, look_at_file, take_file, tracking_page

SIDE = Side(
    template="operator/tracking.html",
    endpoint="operator.tracking",
    take_endpoint="operator.take_tracking",
    everybody=True,
)


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
