"""Paths through the buyer's cancellation, before shipping."""

from __future__ import annotations

from tests.process.paths_parts import refuse
from tests.process.paths_steps import NONE_STOPPED, SETTLED, accept_refusal, agree, closed, missed, stopped
from tests.process.running import REFUNDED, Path, send

NOT_HELD = {"case.place_hold": {"held": False, "order_state": "partly_shipped"}}

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
        calls=(
            ("case.cancel_lines", {}),
            ("case.restock", {"treatment": "release"}),
            closed("closed_unpaid"),
        ),
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
        "missed-but-some-never-left",
        "buyer_cancellation",
        ("event_refund_settled", "event_refunded", "event_stopped"),
        (send("parcel_shipped"), send("interception_result", intercepted=True, stopped=False), *REFUNDED),
        calls=(("liability.record", {"fault": "nobody", "freight_payer": "nobody"}),),
    ),
    Path(
        "left-already-and-missed",
        "buyer_cancellation",
        ("event_missed", "event_not_stopped"),
        (missed,),
        {"order_state": "partly_shipped"},
        {**NOT_HELD, **NONE_STOPPED},
        calls=(closed("delivered_anyway"),),
        never=("refund.prepare",),
    ),
)
