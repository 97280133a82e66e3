"""Paths of goods: their return, and the watch over a parcel."""

from __future__ import annotations

from tests.process.paths_parts import BUYER, FOR_SELLER, LIMITS, SHOP
from tests.process.running import Path, Step, assigned, complete, deadline, send, wait

send_back = complete("task_send_back", carrier="顺丰速运", tracking_no="SF1234567890")
reject = complete(
    "task_confirm_return", inspection="reject", refusal_code="RETURN_WRONG_ITEM", explanation="退回的是旧款。"
)
partly = complete(
    "task_confirm_return", inspection="partly", refusal_code="RESALE_IMPAIRED", explanation="有一件已剪标。"
)
SOME = {"return.record_receipt": {"accepted_units": 1, "refused_units": 1}}
NONE = {"return.grant": {"accepted_units": 0, "refused_units": 2}}

GOODS_RETURN = (
    Path(
        "accepted",
        "goods_return",
        ("event_returned",),
        (
            assigned("task_send_back", BUYER),
            deadline("task_send_back", "event_send_back_overdue"),
            send_back,
            assigned("task_confirm_return", SHOP),
            complete("task_confirm_return", inspection="accept"),
        ),
        LIMITS,
        calls=(
            ("case.mark", {"status": "awaiting_return"}),
            ("return.record_shipment", {"carrier": "顺丰速运", "tracking_no": "SF1234567890"}),
            ("case.mark", {"status": "return_in_transit"}),
            ("return.record_receipt", {"accepted": True}),
        ),
        result={"return_outcome": "returned"},
    ),
    Path(
        "ten-days-after-delivery",
        "goods_return",
        ("event_returned",),
        (
            send_back,
            wait("P5D"),
            send("return_delivered", at="2026-11-24T00:00:00+00:00"),
            deadline("task_confirm_return", "event_confirm_overdue"),
            wait("P9D"),
            assigned("task_confirm_return", SHOP),
            wait("P1D"),
        ),
        LIMITS,
        calls=(("return.grant", {"everything": True}),),
        never=("return.record_receipt",),
        result={"return_outcome": "returned"},
    ),
    Path(
        "lapsed-reopened-lapsed",
        "goods_return",
        ("event_lapsed",),
        (
            wait("P7D"),
            assigned("task_reopen_return", BUYER),
            complete("task_reopen_return"),
            wait("P7D"),
        ),
        LIMITS,
        calls=(("notify.send", {"to": "buyer", "template": "return_lapsed"}), ("return.open", {})),
        result={"return_outcome": "return_lapsed"},
    ),
    Path(
        "lapsed-not-reopened",
        "goods_return",
        ("event_lapsed",),
        (wait("P7D"), deadline("task_reopen_return", "event_reopen_overdue"), wait("P7D")),
        LIMITS,
        result={"return_outcome": "return_lapsed"},
    ),
    Path(
        "withdrawn",
        "goods_return",
        ("event_case_withdrawn",),
        (send("case_withdrawn"),),
        LIMITS,
        result={"return_outcome": "withdrawn"},
    ),
    Path(
        "rejection-accepted",
        "goods_return",
        ("event_rejected",),
        (send_back, reject, complete("task_answer_rejection", answer="accept")),
        LIMITS,
        calls=(("return.record_receipt", {"accepted": False, "refusal_code": "RETURN_WRONG_ITEM"}),),
        result={"return_outcome": "return_rejected"},
    ),
    Path(
        "rejection-stood",
        "goods_return",
        ("event_rejected",),
        (send_back, reject, deadline("task_answer_rejection", "event_answer_overdue"), wait("P7D")),
        LIMITS,
        calls=(
            ("refusal.record_lapse", {"kind": "return"}),
            ("notify.send", {"to": "buyer", "template": "refusal_lapsed"}),
        ),
        result={"return_outcome": "return_rejected"},
    ),
    Path(
        "rejection-overruled",
        "goods_return",
        ("event_ruled", "event_ruled"),
        (
            send_back,
            reject,
            complete("task_answer_rejection", answer="escalate", escalation_text="寄回的就是收到的那件。"),
            wait("PT48H"),
            complete(
                "task_rule", ruling="buyer", reasons="照片一致。", fault="seller", freight_payer="seller"
            ),
            wait("P3D"),
        ),
        LIMITS,
        calls=(("return.grant", {"everything": True}),),
        result={"return_outcome": "returned"},
    ),
    Path(
        "rejection-upheld",
        "goods_return",
        ("event_ruled", "event_ruled"),
        (
            send_back,
            reject,
            complete("task_answer_rejection", answer="escalate", escalation_text="寄回的就是收到的那件。"),
            wait("PT48H"),
            complete("task_rule", ruling="seller", reasons="照片不一致。"),
            wait("P3D"),
        ),
        LIMITS,
        {**NONE, **FOR_SELLER},
        calls=(("return.grant", {"everything": False}),),
        result={"return_outcome": "ruled_for_seller"},
    ),
    Path(
        "partly-accepted",
        "goods_return",
        ("event_partly_returned",),
        (send_back, partly, complete("task_answer_rejection", answer="accept")),
        LIMITS,
        SOME,
        calls=(
            ("return.open", {"resends": 1, "carriage_limit": 3000, "rejected_payer": "buyer"}),
            (
                "return.record_receipt",
                {"accepted": False, "partly": True, "refusal_code": "RESALE_IMPAIRED"},
            ),
            ("notify.send", {"to": "buyer", "template": "return_partly_accepted"}),
        ),
        result={"return_outcome": "returned"},
    ),
    Path(
        "partly-accepted-and-the-rest-ruled-for-the-seller",
        "goods_return",
        ("event_ruled", "event_ruled"),
        (
            send_back,
            partly,
            complete("task_answer_rejection", answer="escalate", escalation_text="吊牌是完整的。"),
            wait("PT48H"),
            complete("task_rule", ruling="seller", reasons="照片显示已剪标。"),
            wait("P3D"),
        ),
        LIMITS,
        {**SOME, **FOR_SELLER, "return.grant": {"accepted_units": 1, "refused_units": 1}},
        result={"return_outcome": "returned"},
    ),
    Path(
        "missing-and-counts-as-received",
        "goods_return",
        ("event_returned",),
        (send_back, wait("P10D"), send("return_parcel_ruled", verdict="received")),
        LIMITS,
        calls=(("return.grant", {"everything": True}),),
        never=("return.record_receipt",),
        result={"return_outcome": "returned"},
    ),
    Path(
        "missing-and-to-be-sent-again",
        "goods_return",
        ("event_returned",),
        (
            send_back,
            send("return_parcel_ruled", verdict="again"),
            deadline("task_send_back", "event_send_back_overdue"),
            send_back,
            complete("task_confirm_return", inspection="accept"),
        ),
        LIMITS,
        calls=(("notify.send", {"template": "return_requested"}), ("return.record_receipt", {})),
        result={"return_outcome": "returned"},
    ),
    Path(
        "sent-again-and-accepted",
        "goods_return",
        ("event_returned",),
        (
            send_back,
            partly,
            send("return_sent_again"),
            assigned("task_send_back", BUYER),
            deadline("task_send_back", "event_send_back_overdue"),
            complete("task_send_back", carrier="中通快递", tracking_no="ZT1234567", carriage="12.00"),
            complete("task_confirm_return", inspection="accept"),
        ),
        LIMITS,
        SOME,
        calls=(("return.record_shipment", {"carrier": "中通快递", "carriage": "12.00"}),),
        result={"return_outcome": "returned"},
    ),
)

WATCH = {
    "shipment_id": "S1",
    "promised_at": "2026-11-27T00:00:00+00:00",
    "carrier": "顺丰速运",
    "route": "usual",
}


def told(event: str) -> Step:
    """Tracking tells of the parcel."""
    return send("tracking_event", event=event, at="2026-11-25T00:00:00+00:00")


SHIPMENT_WATCH = (
    Path(
        "delivered",
        "shipment_watch",
        ("event_arrived", "event_watch_over"),
        (told("picked_up"), told("in_transit"), told("out_for_delivery"), told("delivered")),
        WATCH,
        never=("shipping.offer_cancellation",),
    ),
    Path(
        "late",
        "shipment_watch",
        ("event_arrived", "event_late_offered", "event_watch_over"),
        (wait("P3D"), wait("P1D"), told("returned")),
        WATCH,
        calls=(("shipping.offer_cancellation", {"shipment_id": "S1", "reason": "L_DELAY"}),),
    ),
    Path(
        "delivered-within-grace",
        "shipment_watch",
        ("event_arrived", "event_watch_over"),
        (wait("P3DT1H"), told("delivered")),
        WATCH,
        never=("shipping.offer_cancellation",),
    ),
    Path(
        "damaged-then-delivered",
        "shipment_watch",
        ("event_arrived", "event_watch_over"),
        (told("damaged"), told("delivered")),
        WATCH,
        calls=(("shipping.offer_cancellation", {"reason": "L_DAMAGE"}),),
    ),
    Path(
        "reported-lost",
        "shipment_watch",
        ("event_lost", "event_watch_over"),
        (told("lost"),),
        WATCH,
        calls=(("shipping.offer_cancellation", {"reason": "L_LOST"}),),
    ),
    Path(
        "silent-for-a-week",
        "shipment_watch",
        ("event_late_offered", "event_lost", "event_watch_over"),
        (told("in_transit"), wait("P3D"), wait("P4D")),
        WATCH,
        calls=(
            ("shipping.flag_stalled", {"shipment_id": "S1", "reason": "L_DELAY", "days": 14}),
            ("shipping.offer_cancellation", {"reason": "L_DELAY", "days": 14}),
            ("shipping.offer_cancellation", {"reason": "L_LOST"}),
        ),
    ),
    Path(
        "stalled-then-heard-of-again",
        "shipment_watch",
        ("event_arrived", "event_watch_over"),
        (told("in_transit"), wait("P3D"), told("in_transit"), told("delivered")),
        {**WATCH, "promised_at": "2026-12-27T00:00:00+00:00"},
        calls=(("shipping.flag_stalled", {"reason": "L_DELAY"}),),
        never=("shipping.offer_cancellation",),
    ),
    Path(
        "stalled-and-nothing-offered",
        "shipment_watch",
        ("event_arrived", "event_watch_over"),
        (wait("P3D"), told("delivered")),
        {**WATCH, "promised_at": "2026-12-27T00:00:00+00:00"},
        calls=(("shipping.flag_stalled", {"reason": ""}),),
        changed=(
            (
                "shipment_rules.dmn",
                '<outputEntry id="any_shop_stalled_reason">\n          <text>"L_DELAY"',
                '<outputEntry id="any_shop_stalled_reason">\n          <text>""',
            ),
        ),
    ),
)

GOODS = (*GOODS_RETURN, *SHIPMENT_WATCH)
