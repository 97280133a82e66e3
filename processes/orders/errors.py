"""Refusals about orders."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class OrderNotFound(NotFound):
    """There is no such order."""

    code = "order.not_found"


class OrderConflict(TuidanError):
    """Order number {order_no} belongs to another order: give this one another number."""

    code = "order.conflict"
    kind = Kind.CONFLICT


class OrderEmpty(TuidanError):
    """An order needs a line."""

    code = "order.empty"


class DiscountTooLarge(TuidanError):
    """A discount of {discount} is more than the goods cost ({goods})."""

    code = "order.discount_too_large"


class CurrencyMixed(TuidanError):
    """The order is in {currency}, not in {other}: give all its amounts in {currency}."""

    code = "order.currency_mixed"


class PaymentConflict(TuidanError):
    """Payment {reference} was recorded with another amount.

    Report another payment under a reference of its own.
    """

    code = "order.payment_conflict"
    kind = Kind.CONFLICT


class PaymentExceedsTotal(TuidanError):
    """The order costs {total}; {captured} of it is paid, so {amount} more is too much."""

    code = "order.payment_exceeds_total"
    kind = Kind.CONFLICT


class OrderClosed(TuidanError):
    """The order is closed ({state})."""

    code = "order.closed"
    kind = Kind.CONFLICT


class UnitsExceeded(TuidanError):
    """Only {available} units of line {line_no} are left, not {asked}."""

    code = "order.units_exceeded"
    kind = Kind.CONFLICT
