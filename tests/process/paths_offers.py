"""Paths through what a seller offers instead: another amount, a return first, an exchange."""

from __future__ import annotations

from typing import Any

from engine.runner import Runner
from tests.process.paths_goods import send_back
from tests.process.paths_parts import BUYER, LIMITS, SHOP
from tests.process.paths_steps import accept_return, agree, closed
from tests.process.running import REFUNDED, Path, Step, assigned, complete, deadline, wait

DEFECT = {"flow": "product", "reason": "Q_DEFECT", "order_state": "delivered", "photo_count": 1}
TRACKING = {"carrier": "顺丰速运", "tracking_no": "SF1234567890"}


def offer(kind: str, **more: Any) -> Step:
    """The seller offers something."""
    return complete(
        "task_review_request", decision="offer", offer_kind=kind, offer_text="很抱歉给您带来不便。", **more
    )


part = offer("amount", offer_amount="25.00")
exchange = offer("exchange")
accept_offer = complete("task_answer_offer", offer_answer="accept")
decline_offer = complete("task_answer_offer", offer_answer="decline")


def answered(kind: str, answer: str = "accepted") -> dict[str, Any]:
    """What the operations say once an offer of that kind was answered."""
    return {
        "offer.answer": {
            "kind": kind,
            "answer": answer,
            "seller_decides": "PT720M",
            "first_reminder": "PT360M",
            "second_reminder": "PT630M",
        }
    }


def _due_in(hours: int) -> Step:
    """The review that waits is due so long after now."""

    def step(run: Runner) -> None:
        task = next(t for t in run.waits.user_tasks.values() if t.element_id == "task_review_request")
        assert task.deadline is not None
        assert (task.deadline.due_at - run.clock.now()).total_seconds() == hours * 3600

    return step


OFFERS = (
    Path(
        "amount-accepted",
        "seller_handling",
        ("event_settled",),
        (
            part,
            assigned("task_answer_offer", BUYER),
            deadline("task_answer_offer", "event_offer_lapsed"),
            accept_offer,
        ),
        LIMITS,
        answers=answered("amount"),
        calls=(
            ("offer.make", {"kind": "amount", "amount": "25.00", "text": "很抱歉给您带来不便。"}),
            ("case.mark", {"status": "offered"}),
            ("notify.send", {"to": "buyer", "template": "offer_made"}),
            ("offer.answer", {"answer": "accepted"}),
            ("notify.send", {"to": "seller", "template": "offer_accepted"}),
        ),
        never=("case.record_decision",),
        result={"outcome": "settled", "freight_payer": "nobody"},
    ),
    Path(
        "return-first-accepted",
        "seller_handling",
        ("event_return_first",),
        (offer("return_first"), accept_offer),
        LIMITS,
        answers=answered("return_first"),
        calls=(("offer.make", {"kind": "return_first", "amount": ""}),),
        result={"outcome": "agreed", "return_required": True},
    ),
    Path(
        "exchange-sent",
        "seller_handling",
        ("event_exchanged",),
        (
            exchange,
            accept_offer,
            assigned("task_send_exchange", SHOP),
            deadline("task_send_exchange", "event_exchange_overdue"),
            complete("task_send_exchange", **TRACKING),
        ),
        LIMITS,
        answers=answered("exchange"),
        calls=(
            ("exchange.record_shipment", TRACKING),
            ("notify.send", {"to": "buyer", "template": "exchange_sent"}),
        ),
        result={"outcome": "exchanged"},
    ),
    Path(
        "exchange-not-sent-in-time",
        "seller_handling",
        ("event_exchange_failed",),
        (exchange, accept_offer, wait("PT72H")),
        LIMITS,
        answers=answered("exchange"),
        calls=(
            ("case.record_decision", {"decision": "agree", "how": "timeout"}),
            ("notify.send", {"to": "buyer", "template": "timeout_agreed"}),
            ("notify.send", {"to": "seller", "template": "timeout_agreed"}),
        ),
        never=("exchange.record_shipment",),
        result={"outcome": "agreed"},
    ),
    Path(
        "declined-then-agreed",
        "seller_handling",
        ("event_agreed",),
        (part, decline_offer, assigned("task_review_request", SHOP), _due_in(12), agree),
        LIMITS,
        answers=answered("amount", "declined"),
        calls=(
            ("offer.answer", {"answer": "declined"}),
            ("notify.send", {"to": "seller", "template": "offer_declined"}),
            ("case.mark", {"status": "awaiting_seller"}),
        ),
        result={"outcome": "agreed"},
    ),
    Path(
        "lapsed-then-timed-out",
        "seller_handling",
        ("event_agreed", "event_seller_reminded", "event_seller_reminded"),
        (part, wait("PT48H"), _due_in(12), wait("PT6H"), wait("PT270M"), wait("PT90M")),
        LIMITS,
        answers=answered("amount", "lapsed"),
        calls=(
            ("offer.answer", {"answer": "lapsed"}),
            ("notify.send", {"to": "seller", "template": "offer_lapsed"}),
            ("case.record_decision", {"decision": "agree", "how": "timeout"}),
        ),
        result={"outcome": "agreed"},
    ),
    Path(
        "settled-and-paid",
        "settlement",
        ("event_refund_settled", "event_settled"),
        REFUNDED,
        {**LIMITS, "outcome": "settled", "freight_payer": "nobody"},
        calls=(
            ("refund.prepare", {"freight_payer": "nobody"}),
            ("notify.send", {"to": "buyer", "template": "refund_settled"}),
            closed("settled"),
        ),
        never=("case.cancel_lines", "case.restock"),
    ),
    Path(
        "exchanged",
        "settlement",
        ("event_settled",),
        variables={**LIMITS, "outcome": "exchanged"},
        calls=(closed("exchanged"),),
        never=("refund.prepare",),
    ),
    Path(
        "amount-accepted",
        "buyer_cancellation",
        ("event_refund_settled", "event_settled", "event_settled", "event_settled"),
        (part, accept_offer, *REFUNDED),
        answers=answered("amount"),
        calls=(closed("settled"),),
        never=("case.cancel_lines", "case.restock"),
    ),
    Path(
        "exchange-sent",
        "logistics_cancellation",
        ("event_exchanged", "event_settled", "event_settled"),
        (exchange, accept_offer, complete("task_send_exchange", **TRACKING)),
        {"flow": "logistics", "reason": "L_DAMAGE", "order_state": "delivered", "photo_count": 2},
        answers=answered("exchange"),
        calls=(closed("exchanged"),),
        never=("refund.prepare", "case.cancel_lines"),
    ),
    Path(
        "amount-accepted",
        "product_cancellation",
        ("event_refund_settled", "event_settled", "event_settled", "event_settled"),
        (part, accept_offer, *REFUNDED),
        DEFECT,
        answers=answered("amount"),
        calls=(closed("settled"),),
    ),
    Path(
        "return-first-although-none-is-due",
        "product_cancellation",
        ("event_refund_settled", "event_refunded", "event_return_first", "event_returned"),
        (offer("return_first"), accept_offer, send_back, accept_return, *REFUNDED),
        DEFECT,
        answers=answered("return_first"),
        changed=(
            (
                "liability_and_freight.dmn",
                '<outputEntry id="defect_return_required">\n          <text>True</text>',
                '<outputEntry id="defect_return_required">\n          <text>False</text>',
            ),
        ),
        calls=(("return.open", {}), closed("refunded")),
    ),
)
