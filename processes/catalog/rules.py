"""Categories, and how stock moves. Pure: the standard library and nothing else."""

from __future__ import annotations

import enum
from dataclasses import dataclass

CATEGORIES = ("apparel", "digital", "home", "food", "baby", "books", "beauty", "sports", "other")
"""What a listing can be; rules may differ by category. Pages translate the codes."""


class Treatment(enum.StrEnum):
    """What happens to cancelled units, as the decision table ``stock_disposition`` answers."""

    BACK = "back"
    QUARANTINE = "quarantine"
    INSPECT = "inspect"
    RELEASE = "release"
    NONE = "none"
    LISTING_ZERO = "listing_zero"


@dataclass(frozen=True, kw_only=True)
class StockLevels:
    """The counters of a stock item, or a change of them."""

    on_hand: int = 0
    reserved: int = 0
    quarantine: int = 0
    inspect: int = 0


def movement_of(treatment: Treatment, levels: StockLevels, *, shipped: int, unshipped: int) -> StockLevels:
    """Return the change that cancelled units make to a stock item.

    Units that never left give their reservation back under every treatment; only
    quarantine and inspection also take them off the shelf. Units that came back from the
    buyer go where the treatment says. Counters never fall below zero.

    Args:
        treatment: What the decision table answered.
        levels: The counters as they are.
        shipped: Cancelled units that had left the shop.
        unshipped: Cancelled units that had not.
    """
    freed = min(unshipped, levels.reserved)
    taken = min(unshipped, levels.on_hand)
    match treatment:
        case Treatment.BACK:
            return StockLevels(on_hand=shipped, reserved=-freed)
        case Treatment.QUARANTINE:
            return StockLevels(on_hand=-taken, reserved=-freed, quarantine=shipped + unshipped)
        case Treatment.INSPECT:
            return StockLevels(on_hand=-taken, reserved=-freed, inspect=shipped + unshipped)
        case Treatment.LISTING_ZERO:
            # What remains promised to others stays; nothing more can be ordered.
            kept = min(levels.on_hand, levels.reserved - freed)
            return StockLevels(on_hand=kept - levels.on_hand, reserved=-freed)
        case Treatment.RELEASE | Treatment.NONE:
            return StockLevels(reserved=-freed)
