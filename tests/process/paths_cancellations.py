"""Paths through the three cancellation processes."""

from __future__ import annotations

from typing import Any

from tests.process.paths_goods import send_back
from tests.process.paths_parts import refuse
from tests.process.running import REFUNDED, Path, complete, send, wait

agree = complete("task_review_request", decision="agree")
accept_refusal = complete("task_answer_refusal", answer="accept")
stopped = complete("task_report_interception", intercepted="yes")
missed = complete("task_report_interception", intercepted="no")
accept_return = complete("task_confirm_return", inspection="accept")


def closed(outcome: str) -> tuple[str, dict[str, Any]]:
    """The case is closed with an outcome."""
    return ("case.close", {"outcome": outcome})


NOT_HELD = {"case.place_hold": {"held": False, "order_state": "partly_shipped"}}
SETTLED = ("event_agreed", "event_refund_settled", "event_refunded")

BUYER_CANCELLATION = (
    Path(
        "agreed",
        "buyer_cancellation",
        SETTLED,
        (agree, *REFUNDED),
        calls=(
            ("case.place_hold", {}),
            ("case.cancel_lines", {}),
            ("liability.record", {"fault": "nobody", "freight_payer": "nobody"}),
            ("refund.settle", {"refund_no": "R1"}),
            ("case.restock", {"treatment": "back"}),
            ("notify.send", {"to": "buyer", "template": "refund_settled"}),
            closed("refunded"),
        ),
    ),
    Path(
        "just-paid",
        "buyer_cancellation",
        ("event_refund_settled", "event_refunded"),
        REFUNDED,
        {"minutes_since_payment": 30},
        calls=(
            ("case.record_decision", {"how": "automatic", "basis": "just_paid"}),
            ("notify.send", {"to": "buyer", "template": "decided_agree"}),
        ),
    ),
    Path(
        "unpaid",
        "buyer_cancellation",
        ("event_closed_unpaid",),
        variables={"order_state": "unpaid", "minutes_since_payment": -1},
        calls=(("case.cancel_lines", {}), ("case.restock", {"treatment": "release"}), closed("closed_unpaid")),
        never=("case.place_hold", "refund.prepare"),
    ),
    Path(
        "ineligible",
        "buyer_cancellation",
        ("event_ineligible",),
        variables={"order_state": "shipped"},
        calls=(closed("ineligible"),),
    ),
    Path(
        "refused",
        "buyer_cancellation",
        ("event_refusal_accepted", "event_refused"),
        (refuse, accept_refusal),
        calls=(closed("refusal_accepted"),),
        never=("case.cancel_lines",),
    ),
    Path(
        "withdrawn",
        "buyer_cancellation",
        ("event_case_withdrawn",),
        (send("case_withdrawn"),),
        calls=(
            ("case.release_hold", {}),
            ("notify.send", {"to": "seller", "template": "withdrawn"}),
            closed("withdrawn"),
        ),
    ),
    Path(
        "shipped-first-and-stopped",
        "buyer_cancellation",
        ("event_refund_settled", "event_refunded", "event_stopped"),
        (send("parcel_shipped"), stopped, *REFUNDED),
        calls=(
            ("case.mark", {"status": "intercepting"}),
            ("case.record_decision", {"how": "automatic", "basis": "intercepted"}),
            ("liability.record", {"fault": "buyer", "freight_payer": "buyer"}),
        ),
    ),
    Path(
        "left-already-and-missed",
        "buyer_cancellation",
        ("event_missed", "event_not_stopped"),
        (missed,),
        {"order_state": "partly_shipped"},
        NOT_HELD,
        calls=(closed("delivered_anyway"),),
        never=("refund.prepare",),
    ),
)

LATE = {"flow": "logistics", "reason": "L_DELAY", "order_state": "shipped"}
VERIFIED = {"shipping.verify_claim": {"verified": True, "basis": "promised_delivery_passed"}}

LOGISTICS_CANCELLATION = (
    Path(
        "cannot-ship-claim-verified",
        "logistics_cancellation",
        ("event_refund_settled", "event_refunded"),
        REFUNDED,
        {"flow": "logistics", "reason": "L_NOSHIP"},
        {"shipping.verify_claim": {"verified": True, "basis": "ship_by_passed"}},
        calls=(
            ("case.place_hold", {}),
            ("case.record_decision", {"how": "automatic", "basis": "ship_by_passed"}),
            ("liability.record", {"fault": "seller"}),
            ("case.restock", {"treatment": "release"}),
            closed("refunded"),
        ),
        never=("return.open", "shipping.request_interception"),
    ),
    Path(
        "lost",
        "logistics_cancellation",
        ("event_refund_settled", "event_refunded"),
        REFUNDED,
        {"flow": "logistics", "reason": "L_LOST", "order_state": "shipped"},
        {"shipping.verify_claim": {"verified": True, "basis": "carrier_reported_lost"}},
        calls=(("liability.record", {"fault": "carrier"}), ("case.restock", {"treatment": "none"})),
        never=("case.place_hold", "return.open"),
    ),
    Path(
        "late-and-stopped",
        "logistics_cancellation",
        ("event_refund_settled", "event_refunded", "event_stopped"),
        (stopped, *REFUNDED),
        LATE,
        VERIFIED,
        calls=(("refund.prepare", {"refund_freight": True}), ("case.restock", {"treatment": "back"})),
        never=("return.open", "case.place_hold"),
    ),
    Path(
        "late-not-stopped-returned",
        "logistics_cancellation",
        ("event_missed", "event_refund_settled", "event_refunded", "event_returned"),
        (missed, send_back, accept_return, *REFUNDED),
        LATE,
        VERIFIED,
        calls=(closed("refunded"),),
    ),
    Path(
        "late-withdrawn-while-stopping",
        "logistics_cancellation",
        ("event_case_withdrawn", "event_withdrawn_late"),
        (send("case_withdrawn"),),
        LATE,
        VERIFIED,
        calls=(closed("withdrawn"),),
    ),
    Path(
        "damaged-seller-agrees-return-lapses",
        "logistics_cancellation",
        ("event_agreed", "event_lapsed", "event_not_returned"),
        (agree, wait("P7D"), wait("P7D")),
        {"flow": "logistics", "reason": "L_DAMAGE", "order_state": "delivered"},
        calls=(closed("return_lapsed"),),
        never=("case.cancel_lines",),
    ),
    Path(
        "refused",
        "logistics_cancellation",
        ("event_refusal_stood", "event_refused"),
        (refuse, wait("P7D")),
        {"flow": "logistics", "reason": "L_INFO"},
        calls=(closed("refusal_stood"),),
    ),
    Path(
        "withdrawn",
        "logistics_cancellation",
        ("event_case_withdrawn",),
        (send("case_withdrawn"),),
        {"flow": "logistics", "reason": "L_INFO"},
        calls=(("case.release_hold", {}), closed("withdrawn")),
    ),
    Path(
        "ineligible",
        "logistics_cancellation",
        ("event_ineligible",),
        variables={"flow": "logistics", "reason": "L_LOST"},
        calls=(closed("ineligible"),),
        never=("shipping.verify_claim",),
    ),
    Path(
        "shipped-first-and-stopped",
        "logistics_cancellation",
        ("event_refund_settled", "event_refunded", "event_stopped"),
        (send("parcel_shipped"), stopped, *REFUNDED),
        {"flow": "logistics", "reason": "L_INFO"},
        calls=(("case.record_decision", {"how": "automatic", "basis": "intercepted"}), closed("refunded")),
    ),
    Path(
        "shipped-first-and-missed",
        "logistics_cancellation",
        ("event_missed", "event_not_stopped"),
        (send("parcel_shipped"), send("interception_result", intercepted=False)),
        {"flow": "logistics", "reason": "L_INFO"},
        calls=(closed("delivered_anyway"),),
    ),
)

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
            complete("task_rule", ruling="buyer", reasons="各担一半。", freight_payer="platform"),
            send_back,
            accept_return,
            *REFUNDED,
        ),
        {**DEFECT, "reason": "Q_EXPECT"},
        calls=(("refund.prepare", {"freight_payer": "platform", "refund_freight": False}),),
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

CANCELLATIONS = (*BUYER_CANCELLATION, *LOGISTICS_CANCELLATION, *PRODUCT_CANCELLATION)
