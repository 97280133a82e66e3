"""Operations on returns."""

from __future__ import annotations

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.cases.carrying import case_of
from processes.returns import receiving


def register(registry: OperationRegistry) -> None:
    """Register the operations ``return.*``."""

    @registry.operation("return.open")
    def open_return(ctx: OperationContext, *, case_id: str) -> Variables:
        case = case_of(ctx.session, case_id)
        returned = receiving.open_return(ctx.session, case, actor=ctx.actor, now=ctx.now)
        return {"return_no": returned.return_no, "address": dict(returned.address)}

    @registry.operation("return.record_shipment")
    def record_shipment(ctx: OperationContext, *, case_id: str, carrier: str, tracking_no: str) -> Variables:
        receiving.record_return_sent(
            ctx.session,
            case_of(ctx.session, case_id),
            carrier=carrier,
            tracking_no=tracking_no,
            actor=ctx.actor,
            now=ctx.now,
        )
        return {}

    @registry.operation("return.record_receipt")
    def record_receipt(
        ctx: OperationContext,
        *,
        case_id: str,
        accepted: bool,
        refusal_code: str | None = "",
        explanation: str | None = "",
    ) -> Variables:
        receiving.record_receipt(
            ctx.session,
            case_of(ctx.session, case_id),
            accepted=accepted,
            refusal_code=refusal_code or "",
            explanation=explanation or "",
            actor=ctx.actor,
            now=ctx.now,
        )
        return {}
