"""Refusals about counter-offers. Nothing is offered when one is raised, and the task still waits."""

from __future__ import annotations

from typing import ClassVar

from engine.errors import Kind, TuidanError


class OfferRefused(TuidanError):
    """This can't be offered."""

    code = "offer.refused"
    # Of the review's form, the field that is at fault.
    field: ClassVar[str] = "decision"


class OfferKindRefused(OfferRefused):
    """Goods that have not been shipped can't be sent back or exchanged."""

    code = "offer.kind_refused"
    field = "offer_kind"


class OfferAmountInvalid(OfferRefused):
    """An offer has to be an amount from {least} to {most} {currency}."""

    code = "offer.amount_invalid"
    field = "offer_amount"


class OffersTooMany(OfferRefused):
    """{maximum} offers can be made in a case; agree or refuse now."""

    code = "offer.too_many"
    kind = Kind.CONFLICT


class OfferNotOpen(OfferRefused):
    """There is no offer that waits for an answer."""

    code = "offer.not_open"
    kind = Kind.CONFLICT


class ExchangeNotAgreed(OfferRefused):
    """No exchange was agreed on in this case."""

    code = "offer.exchange_not_agreed"
    kind = Kind.CONFLICT
