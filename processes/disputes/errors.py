"""Refusals about disputes."""

from __future__ import annotations

from engine.errors import Kind, TuidanError


class ReasonsMissing(TuidanError):
    """A ruling needs its reasons, for both sides to read."""

    code = "dispute.reasons_missing"


class RuledAmountInvalid(TuidanError):
    """A ruling in part needs an amount above nothing, of {maximum} {currency} at most."""

    code = "dispute.ruled_amount_invalid"
    kind = Kind.INVALID


class OwnRuling(TuidanError):
    """Whoever has ruled on a case can't rule on the appeal against his ruling."""

    code = "dispute.own_ruling"
    kind = Kind.CONFLICT


class RulingMissing(TuidanError):
    """Nobody has ruled on the case."""

    code = "dispute.ruling_missing"
    kind = Kind.CONFLICT
