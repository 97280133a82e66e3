"""What follows from a parcel's tracking events. Pure: the standard library and nothing else."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable


class Direction(enum.StrEnum):
    """Which way a parcel goes."""

    OUTBOUND = "outbound"
    RETURN = "return"
    EXCHANGE = "exchange"


class ShipmentState(enum.StrEnum):
    """Where a parcel stands; each but the first is also the name of a tracking event."""

    CREATED = "created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DAMAGED = "damaged"
    LOST = "lost"
    RETURNED = "returned"
    DELIVERED = "delivered"


TRACKING_EVENTS = tuple(state for state in ShipmentState if state is not ShipmentState.CREATED)

_RANK = {state: rank for rank, state in enumerate(ShipmentState)}


class Route(enum.StrEnum):
    """Where a parcel goes, as far as time limits differ by it."""

    USUAL = "usual"
    REMOTE = "remote"


# Provinces that carriers serve more slowly, as their receivers' addresses begin or name them.
REMOTE = ("新疆", "西藏", "青海", "内蒙古", "宁夏", "甘肃", "海南")


def route_of(address: str) -> Route:
    """Return the route of a parcel by the receiver's address."""
    return Route.REMOTE if any(name in address for name in REMOTE) else Route.USUAL


def state_after(events: Iterable[tuple[dt.datetime, str]]) -> ShipmentState:
    """Return the state of a parcel from all that is known of it, in whatever order it came.

    The event that happened last counts. Of two at the same instant, the one further along
    the parcel's way counts, so that the order of arrival makes no difference.

    Args:
        events: The instant at which each event happened, and its name.
    """
    latest = max(
        ((at, _RANK[ShipmentState(event)], event) for at, event in events),
        default=None,
    )
    return ShipmentState(latest[2]) if latest else ShipmentState.CREATED
