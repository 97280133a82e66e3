"""Refusals about cancellation cases."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class CaseNotFound(NotFound):
    """There is no such case."""

    code = "case.not_found"


class NotEligible(TuidanError):
    """This order can't be cancelled that way: {text} ({code})."""

    code = "case.not_eligible"
    kind = Kind.CONFLICT


class LineAlreadyInCase(TuidanError):
    """Line {line_no} is in case {case_no} already, which is still open."""

    code = "case.line_already_in_case"
    kind = Kind.CONFLICT


class QuantityInvalid(TuidanError):
    """{asked} units of line {line_no} were asked for; from 1 to {available} are possible."""

    code = "case.quantity_invalid"


class UnitsShipped(TuidanError):
    """Of line {line_no} only {available} units haven't been shipped; {asked} were asked for."""

    code = "case.units_shipped"


class UnitsNotShipped(TuidanError):
    """Of line {line_no} only {available} units have been shipped; {asked} were asked for."""

    code = "case.units_not_shipped"


class LinesMissing(TuidanError):
    """A cancellation needs at least one line of the order."""

    code = "case.lines_missing"


class LineUnknown(TuidanError):
    """The order has no such line."""

    code = "case.line_unknown"


class ReasonInvalid(TuidanError):
    """{reason} is no reason that can be given here."""

    code = "case.reason_invalid"


class ExplanationMissing(TuidanError):
    """This reason needs an explanation of {minimum} characters or more; there are {given}."""

    code = "case.explanation_missing"


class TextTooLong(TuidanError):
    """The text has {given} characters; {maximum} are allowed."""

    code = "case.text_too_long"


class IdempotencyConflict(TuidanError):
    """This request was sent before with other contents; it became case {case_no}."""

    code = "case.idempotency_conflict"
    kind = Kind.CONFLICT


class CaseEnded(TuidanError):
    """Case {case_no} ended at {at}: {outcome}."""

    code = "case.ended"
    kind = Kind.CONFLICT


class CaseNotWithdrawable(TuidanError):
    """Case {case_no} can no longer be withdrawn: it is {status}, decided by {by} at {at}."""

    code = "case.not_withdrawable"
    kind = Kind.CONFLICT


class CaseNotReopenable(TuidanError):
    """Case {case_no} has no lapsed return that could be opened again."""

    code = "case.not_reopenable"
    kind = Kind.CONFLICT


class RefusalIncomplete(TuidanError):
    """A refusal needs a code and an explanation that the buyer can read."""

    code = "case.refusal_incomplete"
