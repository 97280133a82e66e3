"""Paths through the processes that others call: seller handling, arbitration, interception."""

from __future__ import annotations

from tests.process.paths_steps import NONE_STOPPED
from tests.process.running import Path, assigned, complete, deadline, send, wait

SHOP, BUYER = "shop:shop-1", "buyer:buyer-1"

LIMITS = {
    "first_reminder": "PT24H",
    "second_reminder": "PT42H",
    "seller_decides": "PT48H",
    "buyer_escalates": "P7D",
    "buyer_answers_offer": "PT48H",
    "exchange_ship": "PT72H",
    "evidence_window": "PT48H",
    "ruling_window": "PT72H",
    "send_back": "P7D",
    "reopen_return": "P7D",
    "return_transit": "P30D",
    "confirm_return": "P10D",
    "interception_window": "P7D",
    "freight_payer": "seller",
    "fault": "seller",
    "refund_freight": True,
}

FOR_SELLER = {
    "case.apply_ruling": {"ruling": "seller", "freight_payer": "", "fault": "", "keep_goods": False}
}
IN_PART = {
    "case.apply_ruling": {"ruling": "buyer", "freight_payer": "nobody", "fault": "", "keep_goods": True}
}

refuse = complete(
    "task_review_request", decision="refuse", refusal_code="CUSTOM_MADE", explanation="按您的尺寸定做的。"
)
escalate = complete("task_answer_refusal", answer="escalate", escalation_text="下单时没有说明是定制。")

SELLER_HANDLING = (
    Path(
        "agreed",
        "seller_handling",
        ("event_agreed",),
        (
            assigned("task_review_request", SHOP),
            deadline("task_review_request", "event_seller_overdue"),
            complete("task_review_request", decision="agree"),
        ),
        LIMITS,
        calls=(
            ("case.mark", {"status": "awaiting_seller"}),
            ("notify.send", {"to": "seller", "template": "request_received"}),
            ("case.record_decision", {"decision": "agree", "how": "seller"}),
        ),
        result={"outcome": "agreed"},
    ),
    Path(
        "timed-out-after-two-reminders",
        "seller_handling",
        ("event_agreed", "event_seller_reminded", "event_seller_reminded"),
        (wait("PT24H"), wait("PT18H"), wait("PT6H")),
        LIMITS,
        calls=(
            ("notify.send", {"to": "seller", "template": "seller_reminder"}),
            ("case.record_decision", {"decision": "agree", "how": "timeout"}),
            ("notify.send", {"to": "buyer", "template": "timeout_agreed"}),
        ),
        result={"outcome": "agreed"},
    ),
    Path(
        "refusal-accepted",
        "seller_handling",
        ("event_refusal_accepted",),
        (refuse, assigned("task_answer_refusal", BUYER), complete("task_answer_refusal", answer="accept")),
        LIMITS,
        calls=(
            ("case.record_decision", {"decision": "refuse", "how": "seller", "refusal_code": "CUSTOM_MADE"}),
            ("notify.send", {"to": "buyer", "template": "decided_refuse"}),
        ),
        result={"outcome": "refusal_accepted"},
    ),
    Path(
        "refusal-stood",
        "seller_handling",
        ("event_refusal_stood",),
        (refuse, deadline("task_answer_refusal", "event_escalation_lapsed"), wait("P7D")),
        LIMITS,
        calls=(
            ("refusal.record_delivery", {}),
            ("refusal.record_lapse", {}),
            ("notify.send", {"to": "buyer", "template": "refusal_lapsed"}),
        ),
        result={"outcome": "refusal_stood"},
    ),
    Path(
        "ruled-for-seller",
        "seller_handling",
        ("event_ruled", "event_ruled"),
        (
            refuse,
            escalate,
            wait("PT48H"),
            complete("task_rule", ruling="seller", reasons="页面写明了定制。"),
            wait("P3D"),
        ),
        LIMITS,
        FOR_SELLER,
        result={"outcome": "ruled_for_seller"},
    ),
)

DISPUTE = {**LIMITS, "escalation_text": "没有说明是定制。"}

for_buyer = complete(
    "task_rule", ruling="buyer", reasons="页面没有写明。", fault="platform", freight_payer="platform"
)
accepted = (
    complete("task_buyer_answers_ruling", ruling_answer_given="accept"),
    complete("task_seller_answers_ruling", ruling_answer_given="accept"),
)
appeal = complete("task_seller_answers_ruling", ruling_answer_given="appeal", appeal_text="有新的截图。")
TWICE = {"case.take_appeals": {"sides": ["seller"]}}

ARBITRATION = (
    Path(
        "both-heard-for-buyer",
        "arbitration",
        ("event_ruled",),
        (
            assigned("task_buyer_statement", BUYER),
            assigned("task_seller_statement", SHOP),
            complete("task_seller_statement", text="页面上写着。"),
            complete("task_buyer_statement", text="截图里没有。"),
            assigned("task_rule", "platform"),
            for_buyer,
            assigned("task_buyer_answers_ruling", BUYER),
            assigned("task_seller_answers_ruling", SHOP),
            deadline("task_seller_answers_ruling", "event_seller_accepts"),
            *accepted,
        ),
        DISPUTE,
        {
            "case.apply_ruling": {
                "ruling": "buyer",
                "freight_payer": "platform",
                "fault": "platform",
                "keep_goods": False,
            }
        },
        calls=(
            ("case.mark", {"status": "in_dispute"}),
            ("case.record_statement", {"side": "buyer", "text": "没有说明是定制。"}),
            ("case.open_hearing", {}),
            ("case.record_statement", {"side": "seller", "text": "页面上写着。"}),
            ("case.record_statement", {"side": "buyer", "text": "截图里没有。"}),
            ("case.close_hearing", {}),
            (
                "case.record_ruling",
                {"ruling": "buyer", "freight_payer": "platform", "fault": "platform", "on_appeal": False},
            ),
            ("case.answer_ruling", {"side": "buyer", "answer": "accept", "text": ""}),
            ("case.record_decision", {"decision": "agree", "how": "ruling"}),
        ),
        result={
            "ruling": "buyer",
            "freight_payer": "platform",
            "fault": "platform",
            "refund_freight": False,
        },
    ),
    Path(
        "nobody-speaks-senior-rules-for-seller",
        "arbitration",
        ("event_ruled",),
        (
            deadline("task_buyer_statement", "event_buyer_silent"),
            deadline("task_seller_statement", "event_seller_silent"),
            wait("PT48H"),
            deadline("task_rule", "event_ruling_overdue"),
            wait("PT72H"),
            assigned("task_rule_senior", "platform_senior"),
            wait("P365D"),
            complete("task_rule_senior", ruling="seller", reasons="材料不足。"),
            deadline("task_buyer_answers_ruling", "event_buyer_accepts"),
            wait("P3D"),
        ),
        DISPUTE,
        FOR_SELLER,
        calls=(
            ("notify.send", {"to": "platform", "template": "dispute_overrun"}),
            ("notify.send", {"to": "seller", "template": "ruling_made"}),
        ),
        never=("case.record_decision",),
        result={"ruling": "seller"},
    ),
    Path(
        "in-part-the-buyer-keeps-the-goods",
        "arbitration",
        ("event_ruled",),
        (
            wait("PT48H"),
            complete(
                "task_rule",
                ruling="partial",
                ruled_amount=30.5,
                keep_goods=True,
                reasons="轻微色差。",
                fault="seller",
                freight_payer="nobody",
            ),
            *accepted,
        ),
        DISPUTE,
        IN_PART,
        calls=(("case.record_ruling", {"ruling": "partial", "amount": 30.5, "keep_goods": True}),),
        result={"return_required": False, "ruling": "buyer", "fault": "seller"},
    ),
    Path(
        "appealed-and-ruled-again-in-time",
        "arbitration",
        ("event_ruled",),
        (
            wait("PT48H"),
            for_buyer,
            appeal,
            wait("P3D"),
            wait("PT48H"),
            assigned("task_rule_appeal", "platform_senior"),
            complete(
                "task_rule_appeal", ruling="buyer", reasons="维持。", fault="seller", freight_payer="seller"
            ),
        ),
        DISPUTE,
        TWICE,
        calls=(("case.record_ruling", {"ruling": "buyer", "on_appeal": True}),),
        result={"ruling": "buyer"},
    ),
    Path(
        "appealed-and-ruled-again-for-seller",
        "arbitration",
        ("event_ruled",),
        (
            wait("PT48H"),
            for_buyer,
            appeal,
            wait("P3D"),
            assigned("task_buyer_statement", BUYER),
            complete("task_seller_statement", text="这是新的截图。"),
            wait("PT48H"),
            deadline("task_rule_appeal", "event_appeal_overdue"),
            wait("PT72H"),
            assigned("task_rule_appeal_late", "platform_senior"),
            wait("P365D"),
            complete("task_rule_appeal_late", ruling="seller", reasons="新截图写明了定制。"),
        ),
        DISPUTE,
        {**TWICE, **FOR_SELLER},
        calls=(
            ("case.answer_ruling", {"side": "seller", "answer": "appeal", "text": "有新的截图。"}),
            ("notify.send", {"to": "platform", "template": "appeal_made"}),
            ("notify.send", {"to": "buyer", "template": "appeal_made"}),
            ("case.record_ruling", {"ruling": "seller", "on_appeal": True}),
        ),
        never=("case.record_decision",),
        result={"ruling": "seller"},
    ),
)

INTERCEPTION = (
    Path(
        "stopped",
        "interception",
        ("event_stopped",),
        (assigned("task_report_interception", SHOP), complete("task_report_interception", intercepted="yes")),
        LIMITS,
        calls=(
            ("notify.send", {"to": "seller", "template": "intercept_requested"}),
            ("shipping.answer_interceptions", {"answer": "accepted"}),
        ),
        result={"interception_outcome": "stopped"},
    ),
    Path(
        "missed",
        "interception",
        ("event_missed",),
        (complete("task_report_interception", intercepted="no"),),
        LIMITS,
        NONE_STOPPED,
        calls=(("shipping.answer_interceptions", {"answer": "refused"}),),
        result={"interception_outcome": "delivered_anyway"},
    ),
    Path(
        "each-parcel-answered-for",
        "interception",
        ("event_stopped",),
        (send("interception_result", intercepted=True, stopped=True),),
        LIMITS,
        result={"interception_outcome": "stopped"},
    ),
    Path(
        "nothing-on-its-way",
        "interception",
        ("event_missed",),
        variables=LIMITS,
        answers={"shipping.request_interception": {"parcels": []}},
        never=("notify.send",),
        result={"interception_outcome": "delivered_anyway"},
    ),
    Path(
        "unreported",
        "interception",
        ("event_unreported",),
        (deadline("task_report_interception", "event_interception_overdue"), wait("P7D")),
        LIMITS,
        NONE_STOPPED,
        calls=(("shipping.answer_interceptions", {"answer": "unanswered"}),),
        result={"interception_outcome": "delivered_anyway"},
    ),
    Path(
        "some-unreported-others-stopped",
        "interception",
        ("event_stopped",),
        (wait("P7D"),),
        LIMITS,
        result={"interception_outcome": "stopped"},
    ),
    Path(
        "withdrawn",
        "interception",
        ("event_case_withdrawn",),
        (send("case_withdrawn"),),
        LIMITS,
        result={"interception_outcome": "withdrawn"},
    ),
)

PARTS = (*SELLER_HANDLING, *ARBITRATION, *INTERCEPTION)
