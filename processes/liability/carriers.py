"""Whether what went wrong with a parcel was its carrier's doing, by what is on record. Pure.

A shop answers to the buyer for delay and damage, and may recover it from the carrier: if the carrier has
reported it itself, or if the shop handed the parcel over in time and it was late all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Set
from dataclasses import dataclass

REPORTED = {"L_LOST": "lost", "L_DAMAGE": "damaged"}
"""What a carrier reports of a parcel when a reason is its doing."""


@dataclass(frozen=True, kw_only=True)
class ParcelRecord:
    """What is on record of a parcel; instants are UTC.

    Attributes:
        reported: Tracking events that the carrier has reported.
        ship_by: When the shop had promised to ship at the latest; None if it had promised nothing.
        promised_at: When delivery was promised; None if nothing was.
    """

    reported: Set[str]
    shipped_at: dt.datetime
    ship_by: dt.datetime | None
    promised_at: dt.datetime | None
    delivered_at: dt.datetime | None


def is_carriers_doing(reason: str, parcel: ParcelRecord, at: dt.datetime) -> bool:
    """Whether a case's reason is the doing of a parcel's carrier.

    Args:
        reason: Such as ``L_DELAY``.
        parcel: What is on record of it.
        at: When the buyer complained: a parcel that hadn't arrived by then counts as it stood.
    """
    if reason == "L_DELAY":
        in_time = parcel.ship_by is None or parcel.shipped_at <= parcel.ship_by
        arrived = parcel.delivered_at or at
        return in_time and parcel.promised_at is not None and arrived > parcel.promised_at
    return REPORTED.get(reason) in parcel.reported
