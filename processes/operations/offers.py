"""Operations on counter-offers, on exchanges, and on refusals as they reach the buyer."""

from __future__ import annotations

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.cases.carrying import case_of
from processes.offers import exchanging, making
from processes.refusals import delivering


def register(registry: OperationRegistry) -> None:
    """Register the operations ``offer.*``, ``exchange.record_shipment`` and ``refusal.*``."""

    @registry.operation("offer.make")
    def make(
        ctx: OperationContext, *, case_id: str, kind: str, amount: str | None = "", text: str | None = ""
    ) -> Variables:
        offer = making.make_offer(
            ctx.session,
            case_of(ctx.session, case_id),
            kind=kind,
            amount=amount or "",
            text=text or "",
            actor=ctx.actor,
            now=ctx.now,
            idempotency_key=ctx.idempotency_key,
        )
        return {"kind": offer.kind, "number": offer.number}

    @registry.operation("offer.answer")
    def answer(ctx: OperationContext, *, case_id: str, answer: str) -> Variables:
        case = case_of(ctx.session, case_id)
        return making.answer_offer(ctx.session, case, answer, actor=ctx.actor, now=ctx.now)

    @registry.operation("exchange.record_shipment")
    def record_exchange(ctx: OperationContext, *, case_id: str, carrier: str, tracking_no: str) -> Variables:
        exchanging.record_exchange_sent(
            ctx.session,
            case_of(ctx.session, case_id),
            carrier=carrier,
            tracking_no=tracking_no,
            actor=ctx.actor,
            now=ctx.now,
        )
        return {}

    @registry.operation("refusal.record_delivery")
    def record_delivery(ctx: OperationContext, *, case_id: str) -> Variables:
        delivering.record_delivery(ctx.session, case_of(ctx.session, case_id), actor=ctx.actor, now=ctx.now)
        return {}

    @registry.operation("refusal.record_lapse")
    def record_lapse(ctx: OperationContext, *, case_id: str, kind: str | None = None) -> Variables:
        case = case_of(ctx.session, case_id)
        delivering.record_lapse(ctx.session, case, now=ctx.now, kind=kind or delivering.REQUEST)
        return {}
