"""Who bears a payment that its bank takes back. Pure.

While the bank decides, it holds the money; if it decides against us, the buyer has it. What was granted
to a case is in that case's entry already and isn't posted again. What we had refunded before the bank
paid it out once more is the platform's: it has the proof, and answers to the bank. The rest is borne as the
goods are: by the shop, which recovers it where another is at fault.
"""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass

from processes.liability.bearing import (
    PLATFORM,
    Component,
    Line,
    Recourse,
    bank_account,
    buyer_account,
    move,
    recovered,
    shop_account,
)


class Stand(enum.StrEnum):
    """How a charge-back stands."""

    OPEN = "open"
    LOST = "lost"
    CLEARED = "cleared"


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """What is known of a charge-back; amounts in minor units.

    Attributes:
        provider: Who told us of it.
        amount: What the bank takes back.
        granted: Of it, what stands for refunds of cases, which the bank has paid in our place.
        refunded: What had gone back by the same payment from us.
        recourse: Whom the shop can turn to, and whether the platform lays out what it bears.
    """

    buyer_id: uuid.UUID
    provider: str
    stand: Stand
    amount: int
    granted: int = 0
    refunded: int = 0
    recourse: Recourse


def lines_of_chargeback(taken: TakenBack) -> tuple[Line, ...]:
    """Return the postings of a charge-back; per component they add up to nothing."""
    if taken.stand is Stand.CLEARED:
        return ()
    holder = bank_account(taken.provider) if taken.stand is Stand.OPEN else buyer_account(taken.buyer_id)
    rest = max(0, taken.amount - taken.granted)
    twice = min(rest, taken.refunded)
    shop = shop_account(taken.recourse.shop_id)
    return (
        *move(Component.CHARGEBACK, PLATFORM, holder, twice),
        *recovered(taken.recourse, move(Component.CHARGEBACK, shop, holder, rest - twice), rest - twice),
    )
