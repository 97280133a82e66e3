"""Operations on a case itself, its goods, and who is liable."""

from __future__ import annotations

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.cases import cancelling, carrying
from processes.cases.rules import CaseStatus, Initiator, Outcome
from processes.disputes.hearing import open_dispute
from processes.liability.posting import post_case
from processes.liability.recording import record_liability
from processes.operations.notifying import tell
from processes.returns.carriage import give_back_rejected
from processes.shipping.missed import settle_interception
from processes.shipping.standing import look_again

SELLER_HEARS = frozenset(
    {
        Outcome.REFUSAL_ACCEPTED,
        Outcome.REFUSAL_STOOD,
        Outcome.RETURN_LAPSED,
        Outcome.RETURN_REJECTED,
        Outcome.DELIVERED_ANYWAY,
    }
)
"""Ends that come about without the seller, and let go what he held back; of others he is told otherwise."""

NOTHING_REFUNDED = frozenset({Outcome.RETURN_REJECTED, Outcome.RULED_FOR_SELLER})
"""Ends after which no refund gives back what a buyer has paid for carriage."""


def register(registry: OperationRegistry) -> None:
    """Register the operations ``case.*`` and ``liability.record``."""

    @registry.operation("case.place_hold")
    def place_hold(ctx: OperationContext, *, case_id: str) -> Variables:
        case = carrying.case_of(ctx.session, case_id)
        held = carrying.hold_goods(ctx.session, case, actor=ctx.actor, now=ctx.now)
        case.instance_id = ctx.instance_id
        return {"held": held, "order_state": str(case.order.state)}

    @registry.operation("case.release_hold")
    def release_hold(ctx: OperationContext, *, case_id: str) -> Variables:
        case = carrying.case_of(ctx.session, case_id)
        carrying.release_goods(ctx.session, case, actor=ctx.actor, now=ctx.now)
        return {}

    @registry.operation("case.mark")
    def mark(ctx: OperationContext, *, case_id: str, status: str) -> Variables:
        case = carrying.case_of(ctx.session, case_id)
        case.instance_id = case.instance_id or ctx.instance_id
        carrying.mark(ctx.session, case, status, actor=ctx.actor, now=ctx.now)
        if status == CaseStatus.IN_DISPUTE:
            open_dispute(ctx.session, case, now=ctx.now)
        return {}

    @registry.operation("case.record_decision")
    def record_decision(
        ctx: OperationContext,
        *,
        case_id: str,
        decision: str,
        how: str,
        refusal_code: str | None = "",
        explanation: str | None = "",
        basis: str | None = "",
    ) -> Variables:
        case = carrying.case_of(ctx.session, case_id)
        decided_at = carrying.record_decision(
            ctx.session,
            case,
            decision=decision,
            how=how,
            refusal_code=refusal_code or "",
            explanation=explanation or "",
            basis=basis or "",
            actor=ctx.actor,
            now=ctx.now,
        )
        if how == "automatic" and case.initiator != Initiator.SELLER:
            tell(ctx, case, "seller", "decided_automatically")
        return {"decided_at": decided_at.isoformat()}

    @registry.operation("case.cancel_lines")
    def cancel_lines(ctx: OperationContext, *, case_id: str) -> Variables:
        case = carrying.case_of(ctx.session, case_id)
        return {"order_state": cancelling.cancel_lines(ctx.session, case, actor=ctx.actor, now=ctx.now)}

    @registry.operation("case.close")
    def close(ctx: OperationContext, *, case_id: str, outcome: str) -> Variables:
        case = carrying.case_of(ctx.session, case_id)
        carrying.close(ctx.session, case, outcome, actor=ctx.actor, now=ctx.now)
        if case.outcome in NOTHING_REFUNDED and give_back_rejected(
            ctx.session, case, actor=ctx.actor, now=ctx.now
        ):
            post_case(ctx.session, case_id, cause="rejected", now=ctx.now, decide=ctx.decide)
        if case.outcome in SELLER_HEARS:
            tell(ctx, case, "seller", "closed")
        settle_interception(ctx.session, case_id, now=ctx.now)
        look_again(ctx.session, case.order_id, now=ctx.now)
        return {}

    @registry.operation("case.restock")
    def restock(
        ctx: OperationContext,
        *,
        case_id: str,
        treatment: str,
        good: str | None = "",
        bad: str | None = "",
    ) -> Variables:
        case = carrying.case_of(ctx.session, case_id)
        cancelling.restock(
            ctx.session, case, treatment, good=good or "", bad=bad or "", actor=ctx.actor, now=ctx.now
        )
        return {}

    @registry.operation("liability.record")
    def liability(ctx: OperationContext, *, case_id: str, fault: str, freight_payer: str | None) -> Variables:
        record_liability(
            ctx.session,
            carrying.case_of(ctx.session, case_id),
            fault=fault,
            freight_payer=freight_payer or "",
            actor=ctx.actor,
            now=ctx.now,
            idempotency_key=ctx.idempotency_key,
        )
        post_case(ctx.session, case_id, cause="finding", now=ctx.now, decide=ctx.decide)
        return {}
