"""Whether the records bear out what a buyer says went wrong on the way.

Pure: it imports the standard library and nothing else. The limits behind an offer (how late
is late, when a parcel counts as lost) are the analysts', in the decision table of the watch.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ParcelFacts:
    """What is known of one parcel with goods of the claim.

    Attributes:
        stalled: Its carrier has been silent for too long.
        offered: The reasons for which the watch has offered to cancel.
        units: How many units of each line, by its number, left in it.
    """

    promised_at: dt.datetime | None
    delivered_at: dt.datetime | None
    stalled: bool
    reported: frozenset[str]
    offered: frozenset[str]
    units: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class ClaimFacts:
    """What is known of a claim's goods.

    Attributes:
        claimed: How many units of each line, by its number, are claimed.
        unshipped: Units of the claim that haven't left.
        ship_by: When the shop promised to ship at the latest.
        promised_at: When the order promised delivery.
        listing_changed: The listing reads otherwise now than when it was ordered.
    """

    parcels: Sequence[ParcelFacts]
    claimed: Mapping[int, int]
    unshipped: int
    ship_by: dt.datetime | None
    promised_at: dt.datetime | None
    listing_changed: bool


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether the records bear a claim out, and the code of what they show."""

    verified: bool
    basis: str


def verify(reason: str, facts: ClaimFacts, now: dt.datetime) -> Verdict:
    """Check a claim against the records.

    Reasons that need a person's eye are never verified here.

    Args:
        reason: Such as ``L_DELAY``.
        facts: What is known.
        now: The present instant.
    """
    basis = ""
    match reason:
        case "L_DELAY":
            basis = _delay(facts, now)
        case "L_LOST":
            basis = _reported(facts, "lost", "L_LOST")
        case "L_DAMAGE":
            basis = _reported(facts, "damaged", "L_DAMAGE")
        case "L_NOSHIP":
            if facts.unshipped and facts.ship_by is not None and facts.ship_by < now:
                basis = "ship_by_passed"
        case "L_INFO":
            if facts.listing_changed:
                basis = "listing_changed"
    return Verdict(verified=bool(basis), basis=basis or "not_evident")


def _delay(facts: ClaimFacts, now: dt.datetime) -> str:
    for parcel in facts.parcels:
        if parcel.promised_at is not None and parcel.delivered_at is None and parcel.promised_at < now:
            return "promised_delivery_passed"
        if parcel.promised_at and parcel.delivered_at and parcel.promised_at < parcel.delivered_at:
            return "delivered_after_promise"
    if facts.unshipped and facts.promised_at is not None and facts.promised_at < now:
        return "promised_delivery_passed"
    stalled = [parcel for parcel in facts.parcels if parcel.stalled and "L_DELAY" in parcel.offered]
    return "no_scan_for_too_long" if _covered(facts, stalled) else ""


def _reported(facts: ClaimFacts, event: str, reason: str) -> str:
    reported = [parcel for parcel in facts.parcels if event in parcel.reported]
    if _covered(facts, reported):
        return f"carrier_reported_{event}"
    if _covered(facts, [parcel for parcel in facts.parcels if reason in parcel.offered]):
        return "offered_by_the_watch"
    return ""


def _covered(facts: ClaimFacts, parcels: Sequence[ParcelFacts]) -> bool:
    """Whether all units of a claim can have been in these parcels: others aren't proved by them."""
    return bool(parcels) and all(
        quantity <= sum(parcel.units.get(line_no, 0) for parcel in parcels)
        for line_no, quantity in facts.claimed.items()
    )
