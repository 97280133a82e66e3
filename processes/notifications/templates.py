"""What people can be told: the names of the wordings. Pure; the words are the web's."""

from __future__ import annotations

TEMPLATES = frozenset(
    {
        "request_received",
        "seller_reminder",
        "decided_agree",
        "decided_refuse",
        "timeout_agreed",
        "refund_settled",
        "return_requested",
        "return_lapsed",
        "return_sent",
        "return_accepted",
        "return_rejected",
        "return_partly_accepted",
        "dispute_opened",
        "ruling_made",
        "dispute_overrun",
        "appeal_made",
        "withdrawn",
        "intercept_requested",
        "cancellation_offered",
        "message_received",
        "closed",
    }
)

RECIPIENTS = frozenset({"buyer", "seller", "platform"})
