"""Paths through the cancellation for what went wrong on the way."""

from __future__ import annotations

from tests.process.paths_goods import send_back
from tests.process.paths_parts import refuse
from tests.process.paths_steps import NONE_STOPPED, accept_return, agree, closed, missed, stopped
from tests.process.running import REFUNDED, Path, send, wait

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
        {**VERIFIED, **NONE_STOPPED},
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
        (send("parcel_shipped"), send("interception_result", intercepted=False, stopped=False)),
        {"flow": "logistics", "reason": "L_INFO"},
        calls=(closed("delivered_anyway"),),
    ),
)
