"""Paths through the cancellation for what is wrong with the goods."""

from __future__ import annotations

from tests.process.paths_goods import send_back
from tests.process.paths_parts import refuse
from tests.process.paths_steps import SETTLED, accept_refusal, accept_return, agree, closed
from tests.process.running import REFUNDED, Path, complete, send, wait

DEFECT = {"flow": "product", "reason": "Q_DEFECT", "order_state": "delivered", "photo_count": 1}

PRODUCT_CANCELLATION = (
    Path(
        "returned",
        "product_cancellation",
        ("event_agreed", "event_refund_settled", "event_refunded", "event_returned"),
        (agree, send_back, accept_return, *REFUNDED),
        DEFECT,
        calls=(
            ("liability.record", {"fault": "seller", "freight_payer": "seller"}),
            ("refund.prepare", {"refund_freight": True}),
            ("case.restock", {"treatment": "quarantine"}),
            closed("refunded"),
        ),
        never=("case.place_hold",),
    ),
    Path(
        "ruled-that-the-platform-pays",
        "product_cancellation",
        ("event_refund_settled", "event_refunded", "event_returned", "event_ruled", "event_ruled"),
        (
            refuse,
            complete("task_answer_refusal", answer="escalate", escalation_text="与页面描述不一致。"),
            wait("PT48H"),
            complete(
                "task_rule", ruling="buyer", reasons="各担一半。", fault="nobody", freight_payer="platform"
            ),
            wait("P3D"),
            send_back,
            accept_return,
            *REFUNDED,
        ),
        {**DEFECT, "reason": "Q_EXPECT"},
        {
            "case.apply_ruling": {
                "ruling": "buyer",
                "freight_payer": "platform",
                "fault": "nobody",
                "keep_goods": False,
            }
        },
        calls=(
            ("liability.record", {"fault": "nobody", "freight_payer": "platform"}),
            ("refund.prepare", {"freight_payer": "platform", "refund_freight": False}),
        ),
    ),
    Path(
        "nothing-to-send-back",
        "product_cancellation",
        SETTLED,
        (agree, *REFUNDED),
        DEFECT,
        changed=(
            (
                "liability_and_freight.dmn",
                '<outputEntry id="defect_return_required">\n          <text>True</text>',
                '<outputEntry id="defect_return_required">\n          <text>False</text>',
            ),
        ),
        never=("return.open",),
    ),
    Path(
        "withdrawn-before-sending",
        "product_cancellation",
        ("event_agreed", "event_case_withdrawn", "event_not_returned"),
        (agree, send("case_withdrawn")),
        DEFECT,
        calls=(closed("withdrawn"),),
    ),
    Path(
        "withdrawn",
        "product_cancellation",
        ("event_case_withdrawn",),
        (send("case_withdrawn"),),
        DEFECT,
        calls=(closed("withdrawn"),),
    ),
    Path(
        "refused",
        "product_cancellation",
        ("event_refusal_accepted", "event_refused"),
        (refuse, accept_refusal),
        DEFECT,
        calls=(closed("refusal_accepted"),),
    ),
    Path(
        "ineligible",
        "product_cancellation",
        ("event_ineligible",),
        variables={**DEFECT, "order_state": "shipped"},
        calls=(closed("ineligible"),),
    ),
    Path(
        "a-shorter-limit-drawn-by-an-analyst",
        "product_cancellation",
        ("event_agreed", "event_returned", "event_refund_settled", "event_refunded"),
        (wait("PT12H"), send_back, accept_return, *REFUNDED),
        DEFECT,
        changed=(
            (
                "cancellation_limits.dmn",
                '<outputEntry id="defect_seller_decides">\n          <text>"PT48H"</text>',
                '<outputEntry id="defect_seller_decides">\n          <text>"PT12H"</text>',
            ),
        ),
        calls=(("case.record_decision", {"how": "timeout"}),),
    ),
)
