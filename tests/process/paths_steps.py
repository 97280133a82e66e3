"""Steps that paths through several cancellation processes take."""

from __future__ import annotations

from typing import Any

from tests.process.running import complete

agree = complete("task_review_request", decision="agree")
accept_refusal = complete("task_answer_refusal", answer="accept")
stopped = complete("task_report_interception", intercepted="yes")
missed = complete("task_report_interception", intercepted="no")
NONE_STOPPED = {"shipping.answer_interceptions": {"intercepted": False, "stopped": False}}
accept_return = complete("task_confirm_return", inspection="accept")


def closed(outcome: str) -> tuple[str, dict[str, Any]]:
    """The case is closed with an outcome."""
    return ("case.close", {"outcome": outcome})


SETTLED = ("event_agreed", "event_refund_settled", "event_refunded")
