"""Refusals and failures about money. Those that only a person can mend are incidents at once."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError
from engine.operations import Unrecoverable


class RefundNotFound(NotFound):
    """There is no such refund."""

    code = "refund.not_found"


class RefundUnsettled(TuidanError, Unrecoverable):
    """Refund {refund_no} has not settled: the gateway still says {status}. Ask it again, or the tender."""

    code = "refund.unsettled"
    kind = Kind.UNAVAILABLE


class RefundFailed(TuidanError, Unrecoverable):
    """Refund {refund_no} failed at {tender} with {failure_code}. Mend the cause, then try again."""

    code = "refund.failed"
    kind = Kind.UNAVAILABLE


class GatewayTimeout(TuidanError):
    """The gateway gave no answer in time for {refund_no}: whether it refunded is unknown.

    It is asked before anything is repeated.
    """

    code = "gateway.timeout"
    kind = Kind.UNAVAILABLE


class GatewayConflict(TuidanError):
    """The gateway knows {refund_no} for {payment_no} with another amount or currency.

    Settle it with the provider, then retry.
    """

    code = "gateway.conflict"
    kind = Kind.CONFLICT


class GatewayMisconfigured(TuidanError, Unrecoverable):
    """{gateway} can't be used ({reason}); correct its settings, then try again."""

    code = "gateway.misconfigured"
    kind = Kind.UNAVAILABLE


class PaymentDisputed(TuidanError, Unrecoverable):
    """Payment {payment_no} is disputed at its bank ({reference}): answer it, retry when it has decided."""

    code = "refund.payment_disputed"
    kind = Kind.CONFLICT


class ChargebackPartial(TuidanError, Unrecoverable):
    """Of {amount} to refund by payment {payment_no} the bank has given back {taken}: pay the rest by hand."""

    code = "refund.chargeback_partial"
    kind = Kind.CONFLICT


class NoticeRefused(TuidanError):
    """The notice isn't signed as it should be, or is too old."""

    code = "gateway.notice_refused"


class EntryUnbalanced(TuidanError):
    """The booking {reference} does not add up to nothing."""

    code = "ledger.unbalanced"
