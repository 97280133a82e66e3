"""What Stripe says of a dispute: how it stands, and what it costs us. Pure but for Stripe's own types.

A dispute carries the balance transactions by which Stripe has taken the money, and given it back if we
have won (https://docs.stripe.com/api/disputes/object). Each has a fee: above zero what Stripe charges,
below zero what it gives back of that.
"""

from __future__ import annotations

import stripe

from processes.money.gateway import ChargebackStanding, ChargebackStatus
from processes.money.stripe.amounts import from_stripe

STATUSES = {
    "lost": ChargebackStatus.LOST,
    "won": ChargebackStatus.CLEARED,
    "prevented": ChargebackStatus.CLEARED,
    # An inquiry takes nothing, and a refund is what ends it.
    "warning_needs_response": ChargebackStatus.CLEARED,
    "warning_under_review": ChargebackStatus.CLEARED,
    "warning_closed": ChargebackStatus.CLEARED,
}


def standing_of(dispute: stripe.Dispute) -> ChargebackStanding:
    """Return how a dispute stands.

    Money that we have won comes back after the decision: until it has, more is to come.
    """
    movements = list(getattr(dispute, "balance_transactions", None) or ())
    fees: dict[str, int] = {}
    for one in movements:
        currency = one.currency.upper()
        fees[currency] = fees.get(currency, 0) + from_stripe(one.fee, currency)
    status = STATUSES.get(dispute.status, ChargebackStatus.OPEN)
    taken = any(one.amount < 0 for one in movements)
    given_back = any(one.amount > 0 for one in movements)
    return ChargebackStanding(
        status=status,
        fees={currency: amount for currency, amount in fees.items() if amount > 0},
        complete=status is not ChargebackStatus.CLEARED or given_back or not taken,
    )
