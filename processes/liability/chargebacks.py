"""Who bears a payment that its bank takes back, and what the provider charges for that. Pure.

While the bank decides, it holds the money; if it decides against us, the buyer has it. What was granted
to a case is in that case's entry already and isn't posted again. What we had refunded before the bank
paid it out once more is the platform's: it has the proof, and answers to the bank. The rest is borne as the
goods are: by the shop, which recovers it where another is at fault. Who bears the fee is the analysts', in
the table ``chargeback_fees``.
"""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass, replace

from processes.liability.bearing import (
    PLATFORM,
    Component,
    Line,
    Recourse,
    bank_account,
    buyer_account,
    claim,
    laid_out,
    move,
    provider_account,
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


TABLE = "chargeback_fees"


class Bearer(enum.StrEnum):
    """Who bears a fee, as the table answers."""

    SELLER = "seller"
    CARRIER = "carrier"
    PLATFORM = "platform"


@dataclass(frozen=True, kw_only=True)
class Fee:
    """What a provider charges for a charge-back, less what it has given back.

    Attributes:
        amount: In minor units of its currency.
        currency: Of our account at the provider; empty if it is the payment's.
    """

    provider: str
    amount: int
    currency: str
    bearer: Bearer


def lines_of_fee(fee: Fee, recourse: Recourse) -> tuple[Line, ...]:
    """Return the postings of a fee; a shop recovers one that is its carrier's to bear, if it has one."""
    provider = provider_account(fee.provider)
    if fee.bearer is Bearer.PLATFORM:
        lines = move(Component.CHARGEBACK_FEE, PLATFORM, provider, fee.amount)
    else:
        lines = move(Component.CHARGEBACK_FEE, shop_account(recourse.shop_id), provider, fee.amount)
        if fee.bearer is Bearer.CARRIER:
            lines += claim(Component.CHARGEBACK_FEE, recourse, fee.amount)
        lines += laid_out(recourse, lines)
    return tuple(replace(line, currency=fee.currency) for line in lines)


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
