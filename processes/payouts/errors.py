"""Refusals about payouts."""

from __future__ import annotations

from engine.errors import Kind, TuidanError


class PayoutConflict(TuidanError):
    """Payout {reference} for order {order_no} was recorded with another amount."""

    code = "payout.conflict"
    kind = Kind.CONFLICT


class PayoutInvalid(TuidanError):
    """A payout has to be more than nothing, and no more than was captured for the order ({captured})."""

    code = "payout.invalid"
