"""Paths through a refund, and through the look at one that is said to have failed."""

from __future__ import annotations

from engine.values import Variables
from tests.process.paths_parts import LIMITS
from tests.process.paths_steps import closed
from tests.process.running import Path, finish, send, wait

REFUND = (
    Path(
        "at-once",
        "refund",
        ("event_refund_settled",),
        (finish("task_execute_refund", status="succeeded"),),
        LIMITS,
        calls=(
            ("case.mark", {"status": "refunding"}),
            ("refund.prepare", {"freight_payer": "seller", "refund_freight": True}),
            ("refund.settle", {"refund_no": "R1"}),
        ),
    ),
    Path(
        "nothing-to-refund",
        "refund",
        ("event_refund_settled",),
        variables=LIMITS,
        answers={"refund.prepare": {"refund_no": "R1", "amount": 0, "currency": "CNY"}},
        calls=(("refund.settle", {"refund_no": "R1"}),),
    ),
    Path(
        "at-the-last-query",
        "refund",
        ("event_refund_settled",),
        (
            finish("task_execute_refund", status="pending"),
            wait("PT1M"),
            finish("task_query_refund", status="pending"),
            wait("PT5M"),
            finish("task_query_refund", status="pending"),
            wait("PT30M"),
            finish("task_query_refund", status="pending"),
            wait("PT2H"),
            finish("task_query_refund", status="pending"),
            wait("PT24H"),
            finish("task_query_refund", status="succeeded"),
        ),
        LIMITS,
        result={"poll": 5, "last_poll": True},
    ),
    Path(
        "failed-then-tried-again",
        "refund",
        ("event_refund_settled",),
        (
            finish("task_execute_refund", status="failed"),
            wait("PT1M"),
            finish("task_query_refund", status="succeeded"),
        ),
        LIMITS,
        result={"poll": 1, "last_poll": False},
    ),
    Path(
        "told-by-the-gateway",
        "refund",
        ("event_refund_settled",),
        (
            finish("task_execute_refund", status="pending"),
            send("refund_news"),
            finish("task_ask_after_news", status="pending"),
            wait("PT1M"),
            finish("task_query_refund", status="pending"),
            send("refund_news"),
            finish("task_ask_after_news", status="succeeded"),
        ),
        LIMITS,
        # News don't use the schedule up.
        result={"poll": 2, "last_poll": False},
    ),
)

SETTLED: Variables = {"refund_no": "R1", "freight_payer": "", "refund_freight": False}
FAILED = [{"position": 1, "code": "expired_or_canceled_card"}]

RECHECK = (
    Path(
        "stands",
        "refund_recheck",
        ("event_refund_stands",),
        (finish("task_recheck_refund", failed=[]),),
        SETTLED,
        never=("refund.reopen",),
    ),
    Path(
        "made-again",
        "refund_recheck",
        ("event_refund_settled", "event_refunded_again"),
        (
            finish("task_recheck_refund", failed=FAILED),
            finish("task_execute_refund", status="failed"),
            wait("PT1M"),
            finish("task_query_refund", status="succeeded"),
        ),
        SETTLED,
        answers={"refund.reopen": {"reopened": True}},
        calls=(
            ("refund.reopen", {"refund_no": "R1", "parts": FAILED}),
            ("notify.send", {"to": "buyer", "template": "refund_reopened"}),
            ("refund.settle", {"refund_no": "R1"}),
            ("notify.send", {"to": "buyer", "template": "refund_settled"}),
            closed("refunded"),
        ),
    ),
    Path(
        "opened-before",
        "refund_recheck",
        ("event_opened_before",),
        (finish("task_recheck_refund", failed=FAILED),),
        SETTLED,
        answers={"refund.reopen": {"reopened": False}},
        never=("refund.prepare", "notify.send"),
    ),
)

REFUNDS = (*REFUND, *RECHECK)
