"""What a notification is about, for people to choose which of them also come by e-mail. Pure."""

from __future__ import annotations

import enum


class Topic(enum.StrEnum):
    """A kind of notification that a person can have by e-mail, or not."""

    ACTION = "action"
    DECISION = "decision"
    MONEY = "money"
    GOODS = "goods"
    MESSAGE = "message"


BY_EMAIL_UNLESS_REFUSED = frozenset({Topic.ACTION, Topic.DECISION, Topic.MONEY, Topic.GOODS})
"""What comes by e-mail as long as nothing else was chosen: talk would be too much."""

TOPICS: dict[str, Topic] = {
    "request_received": Topic.ACTION,
    "seller_reminder": Topic.ACTION,
    "return_requested": Topic.ACTION,
    "intercept_requested": Topic.ACTION,
    "dispute_opened": Topic.ACTION,
    "cancellation_offered": Topic.ACTION,
    "parcel_stalled": Topic.GOODS,
    "parcel_not_stopped": Topic.GOODS,
    "parcel_being_stopped": Topic.GOODS,
    "closed_not_stopped": Topic.DECISION,
    "stopped_parcel_delivered": Topic.ACTION,
    "decided_agree": Topic.DECISION,
    "shop_cancelled": Topic.DECISION,
    "shop_cancelled_unpaid": Topic.DECISION,
    "decided_refuse": Topic.DECISION,
    "timeout_agreed": Topic.DECISION,
    "ruling_made": Topic.DECISION,
    "dispute_overrun": Topic.ACTION,
    "appeal_made": Topic.ACTION,
    "withdrawn": Topic.DECISION,
    "closed": Topic.DECISION,
    "refund_settled": Topic.MONEY,
    "chargeback_opened": Topic.ACTION,
    "chargeback_lost": Topic.MONEY,
    "chargeback_cleared": Topic.MONEY,
    "refund_reopened": Topic.MONEY,
    "return_lapsed": Topic.GOODS,
    "return_sent": Topic.GOODS,
    "return_arrived": Topic.ACTION,
    "return_lost": Topic.GOODS,
    "return_came_back": Topic.ACTION,
    "return_accepted": Topic.GOODS,
    "return_rejected": Topic.ACTION,
    "return_partly_accepted": Topic.ACTION,
    "refused_choose": Topic.ACTION,
    "refused_left": Topic.GOODS,
    "refused_to_send": Topic.ACTION,
    "refused_overdue": Topic.ACTION,
    "refused_sent": Topic.GOODS,
    "offer_made": Topic.ACTION,
    "offer_declined": Topic.ACTION,
    "offer_lapsed": Topic.ACTION,
    "offer_accepted": Topic.DECISION,
    "refusal_lapsed": Topic.DECISION,
    "exchange_sent": Topic.GOODS,
    "parcel_unscanned": Topic.ACTION,
    "parcel_unscanned_yet": Topic.GOODS,
    "parcel_silent": Topic.GOODS,
    "parcel_missing": Topic.GOODS,
    "parcel_to_rule": Topic.ACTION,
    "parcel_ruled_received": Topic.DECISION,
    "parcel_ruled_again": Topic.DECISION,
    "parcel_ruled_wait": Topic.DECISION,
    "parcel_send_anew": Topic.ACTION,
    "parcel_anew_overdue": Topic.ACTION,
    "parcel_ruling_overdue": Topic.ACTION,
    "message_received": Topic.MESSAGE,
    "erasure_refused": Topic.DECISION,
    "erasure_done": Topic.DECISION,
    "rating_given": Topic.MESSAGE,
    "rating_answered": Topic.MESSAGE,
    "rating_hidden": Topic.DECISION,
    "decided_automatically": Topic.DECISION,
    "return_unseen": Topic.DECISION,
    "erasure_asked": Topic.ACTION,
    "incident_opened": Topic.ACTION,
}
"""Of each template of ``processes.notifications.templates``."""
