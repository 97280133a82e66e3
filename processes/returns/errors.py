"""Refusals about returns."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class ReturnNotFound(NotFound):
    """There is no such return."""

    code = "return.not_found"


class TrackingMissing(TuidanError):
    """A return needs its carrier and its tracking number."""

    code = "return.tracking_missing"
    kind = Kind.INVALID


class CarriageInvalid(TuidanError):
    """What was paid for the carriage is an amount in {currency} of at most {most}."""

    code = "return.carriage_invalid"
    kind = Kind.INVALID


class NotCorrectable(TuidanError):
    """Carrier and number of return {return_no} can't be corrected any more: {because}."""

    code = "return.not_correctable"
    kind = Kind.CONFLICT


class NotResendable(TuidanError):
    """Nothing more can be sent back for return {return_no}."""

    code = "return.not_resendable"
    kind = Kind.CONFLICT


class FindingsInvalid(TuidanError):
    """Line {line_no}: {found} of {expected} units are accounted for."""

    code = "return.findings_invalid"
    kind = Kind.INVALID


class FindingsMissing(TuidanError):
    """Say for each line how many units are as they should be, and how many are not."""

    code = "return.findings_missing"
    kind = Kind.INVALID


class NothingRefused(TuidanError):
    """All units were counted as they should be: accept the whole return then."""

    code = "return.nothing_refused"
    kind = Kind.INVALID


class NothingToGiveBack(TuidanError):
    """The shop has no goods of this case that it didn't accept."""

    code = "return.nothing_to_give_back"
    kind = Kind.CONFLICT


class InspectionNotAwaited(TuidanError):
    """The case waits for no inspection of returned goods now."""

    code = "return.inspection_not_awaited"
    kind = Kind.CONFLICT
