"""Words for money: tenders, refunds, charge-backs, vouchers and the accounts in the books."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TENDERS = {
    "wechat": _l("WeChat Pay"),
    "alipay": _l("Alipay"),
    "unionpay": _l("UnionPay"),
    "balance": _l("Account balance"),
    "coupon": _l("Coupon"),
    "points": _l("Points"),
}

REFUND_STATUSES = {
    "prepared": _l("Prepared"),
    "pending": _l("With the payment provider"),
    "succeeded": _l("Paid back"),
    "failed": _l("Failed; we are looking into it"),
}

CHARGEBACK_STATUSES = {
    "open": _l("The bank decides"),
    "lost": _l("The buyer has the money"),
    "cleared": _l("Nothing was taken"),
}

VOUCHER_MOVEMENTS = {
    "known": _l("Used for the first time"),
    "spent": _l("Spent"),
    "returned": _l("Came back"),
    "forfeited": _l("Does not come back"),
    "credited": _l("Credit for carriage back"),
}

ACCOUNT_KINDS = {
    "shop": _l("Shops"),
    "carrier": _l("Carriers"),
    "advance": _l("Laid out for shops"),
    "bank": _l("Held by banks"),
    "provider": _l("Fees of payment providers"),
    "carriage": _l("Carriage paid by buyers"),
    "platform": _l("The platform"),
}
