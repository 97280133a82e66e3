"""Refusals about money: refunds, payment providers and the books."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "refund.not_found": _l("There is no such refund."),
    "refund.unsettled": _l(
        "Refund %(refund_no)s has not settled: the gateway still says %(status)s. "
        "Ask it again, or the tender."
    ),
    "refund.failed": _l(
        "Refund %(refund_no)s failed at %(tender)s with %(failure_code)s. Mend the cause, then try again."
    ),
    "gateway.timeout": _l(
        "The gateway gave no answer in time for %(refund_no)s: whether it refunded is unknown. It "
        "is asked before anything is repeated."
    ),
    "gateway.conflict": _l(
        "The gateway knows %(refund_no)s for %(payment_no)s with another amount or currency. "
        "Settle it with the provider, then retry."
    ),
    "gateway.misconfigured": _l(
        "%(gateway)s can't be used (%(reason)s); correct its settings, then try again."
    ),
    "refund.payment_disputed": _l(
        "Payment %(payment_no)s is disputed at its bank (%(reference)s): a refund now could pay twice. "
        "Answer the bank, and retry when it has decided."
    ),
    "refund.chargeback_partial": _l(
        "Of %(amount)s to refund by payment %(payment_no)s the bank has given back %(taken)s. "
        "Refund the rest at the provider, then skip this step with that result."
    ),
    "gateway.notice_refused": _l("The notice isn't signed as it should be, or is too old."),
    "ledger.unbalanced": _l("The booking %(reference)s does not add up to nothing."),
}
