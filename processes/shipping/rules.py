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
    REFUSED = "refused"


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


class Answer(enum.StrEnum):
    """What became of the wish to stop a parcel on its way, as somebody has said."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    TOO_LATE = "too_late"
    UNANSWERED = "unanswered"


MOVES = tuple(state for state in ShipmentState if state is not ShipmentState.CREATED)
"""Events that say where a parcel stands."""

ANSWERS = {f"intercept_{answer}": answer for answer in (Answer.ACCEPTED, Answer.REFUSED, Answer.TOO_LATE)}
"""Events by which a carrier answers the wish to stop a parcel; they don't move it."""

TRACKING_EVENTS = (*(str(move) for move in MOVES), *ANSWERS)

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
        events: The instant at which each event happened, and its name; answers of a carrier
            among them are left out.
    """
    latest = max(
        ((at, _RANK[ShipmentState(event)], event) for at, event in events if event not in ANSWERS),
        default=None,
    )
    return ShipmentState(latest[2]) if latest else ShipmentState.CREATED


def was_stopped(state: ShipmentState | str, answer: Answer | str | None) -> bool | None:
    """Return whether a parcel was stopped on its way, or None while that isn't known.

    Where it has got to counts for more than what anybody has said.

    Args:
        state: Where the parcel stands.
        answer: What its carrier or the shop has said; None if neither has.
    """
    if state in (ShipmentState.RETURNED, ShipmentState.DELIVERED):
        return state == ShipmentState.RETURNED
    return None if answer is None else answer == Answer.ACCEPTED


def granted_units(*, asked: int, stopped: int, unshipped: int) -> int:
    """Return how many units of a line a case grants once its parcels are answered for.

    Those that were stopped and those that never left; the others reach the buyer.

    Args:
        asked: Units of the line that the case is about.
        stopped: Units of the line in parcels that were stopped for the case.
        unshipped: Units of the line that are still in the shop.
    """
    return min(asked, stopped + unshipped)
