"""What a ruling can be, and what of a dispute a side may read. Pure: the standard library and nothing else.

How long both sides have to speak, the platform to rule and a side to appeal is the analysts', in
the tables of time limits and of dispute rules.
"""

from __future__ import annotations

import enum


class RulingKind(enum.StrEnum):
    """For whom a ruling is; in part means for the buyer, up to an amount."""

    BUYER = "buyer"
    PARTIAL = "partial"
    SELLER = "seller"

    @property
    def grants(self) -> bool:
        """Whether the buyer gets anything by it."""
        return self is not RulingKind.SELLER


def may_read(*, side: str, reader: str, hearing: int, sealed: int | None) -> bool:
    """Whether a party may read what a side has said.

    While a hearing goes on, neither side reads what the other says in it, so that nobody waits
    for the other's words before he speaks. Whatever was said before, and all of it once the
    hearing is over, is read by both.

    Args:
        side: Who said it.
        reader: ``buyer`` or ``seller``; any other reader is the platform's, and reads all.
        hearing: The number of the hearing in which it was said; 0 for none.
        sealed: The number of the hearing that goes on; None if none does.
    """
    if reader not in ("buyer", "seller") or side == reader:
        return True
    return sealed is None or hearing != sealed
