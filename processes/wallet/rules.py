"""What becomes of a coupon or of points when what they paid for is cancelled. Pure.

Which treatment applies is the analysts' table ``voucher_return``; here is what each means.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INSTRUMENTS = ("coupon", "points")
"""Tenders that are vouchers of the marketplace rather than money; a point is one minor unit."""

BALANCE = "balance"
"""The tender of credits that the marketplace has given a buyer; each is known by its own code."""

TABLE = "voucher_return"


class Treatment(enum.StrEnum):
    """What the table can answer."""

    SAME = "same"
    REISSUE = "reissue"
    FORFEIT = "forfeit"


@dataclass(frozen=True, kw_only=True)
class VoucherReturn:
    """How a voucher comes back.

    Attributes:
        valid_until: The last instant at which it can be used again, UTC; None without a limit.
        note: The table's words for it, in Chinese.
    """

    treatment: Treatment
    valid_until: dt.datetime | None
    note: str = ""


def is_expired(valid_until: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a voucher can't be used any more."""
    return valid_until is not None and valid_until <= now


def voucher_return(
    answer: Mapping[str, Any], *, valid_until: dt.datetime | None, now: dt.datetime
) -> VoucherReturn:
    """Return what the table's answer means for a voucher.

    A voucher of its own is valid as many days as the table says, but never shorter than the
    one that it stands for. Without an answer the voucher comes back as it was.

    Args:
        answer: ``treatment``, ``valid_days`` and ``note``; empty if no rule matched.
        valid_until: Until when the voucher that was used can be used.
        now: When it comes back.

    Raises:
        ValueError: The table names an unknown treatment.
    """
    treatment = Treatment(answer.get("treatment") or Treatment.SAME)
    until = valid_until
    if treatment is Treatment.REISSUE and valid_until is not None:
        until = max(valid_until, now + dt.timedelta(days=int(answer.get("valid_days") or 0)))
    return VoucherReturn(treatment=treatment, valid_until=until, note=str(answer.get("note") or ""))
