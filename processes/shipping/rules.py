"""What follows from a parcel's tracking events. Pure: the standard library and nothing else."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


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


class OfferEnd(enum.StrEnum):
    """Why a cancellation that was offered stands no longer, although nobody has taken it.

    ``in_case`` and ``moving`` can pass: the offer is made again once it is true and its goods are free.
    """

    IN_CASE = "in_case"
    MOVING = "moving"
    LOST = "lost"
    DELIVERED = "delivered"
    RETURNED = "returned"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    EXPIRED = "expired"


PASSING = (OfferEnd.IN_CASE, OfferEnd.MOVING)
"""Ends after which an offer can be made again."""

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


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What decides whether an offer about a parcel is still true.

    Attributes:
        lost: Its carrier has said so, or its buyer was told that it counts as lost.
        stalled: Its carrier has been silent for too long.
        promised_at: When it was promised at the buyer's door; None if nothing was promised.
    """

    state: ShipmentState | str
    lost: bool
    stalled: bool
    promised_at: dt.datetime | None


def untrue_since(reason: str, parcel: Parcel, now: dt.datetime) -> OfferEnd | None:
    """Return why what was offered about a parcel isn't true any more; None if it still is.

    Damage stays damage, wherever the parcel gets to. One that counted as lost does so until it arrives
    somewhere; one that counts as lost isn't late any more, and one that was only stalled isn't once it moves.

    Args:
        reason: ``L_DELAY``, ``L_LOST`` or ``L_DAMAGE``.
        parcel: How it stands.
        now: The present instant.
    """
    if reason == "L_DAMAGE":
        return None
    if parcel.state == ShipmentState.DELIVERED:
        return OfferEnd.DELIVERED
    if parcel.state == ShipmentState.RETURNED:
        return OfferEnd.RETURNED
    if reason != "L_DELAY":
        return None
    if parcel.lost:
        return OfferEnd.LOST
    late = parcel.promised_at is not None and parcel.promised_at < now
    return None if late or parcel.stalled else OfferEnd.MOVING


@dataclass(frozen=True, kw_only=True)
class LineUse:
    """What has become of a line's units, for what is offered about a parcel.

    Attributes:
        live_shipped: Units that have left and that nobody has cancelled.
        left: Units that can still be asked for at all: neither cancelled nor settled by a refund.
        kept: Units that a case has dealt with otherwise than by cancelling them: exchanged, paid in
            part, or refused when they came back.
        answered: Units that cases have dealt with for the very reason of the offer.
    """

    live_shipped: int
    left: int
    kept: int
    answered: int


def units_per_parcel(use: LineUse, packed: Sequence[int]) -> list[int]:
    """Return how many units of a line an offer about each of some parcels can still be about.

    Which parcel's units a case has dealt with isn't always known, if several are lost, say. They
    count for the first parcels; so that never more is offered than these parcels hold.

    Args:
        use: What has become of the line's units.
        packed: How many of them are in each parcel that the reason holds for, those whose offer
            was taken first, and then the ones that were noticed first.
    """
    answered = use.answered
    most = max(0, min(use.live_shipped - use.kept, use.left))
    units = []
    for quantity in packed:
        spent = min(quantity, answered)
        answered -= spent
        units.append(min(quantity - spent, most))
    return units
