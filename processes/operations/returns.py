"""Operations on returns."""

from __future__ import annotations

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.cases.carrying import case_of
from processes.liability.posting import post_case
from processes.operations.notifying import tell
from processes.returns import inspecting, refused, sending
from processes.shipping.following import stop_following


def register(registry: OperationRegistry) -> None:
    """Register the operations ``return.*``."""

    @registry.operation("return.open")
    def open_return(
        ctx: OperationContext,
        *,
        case_id: str,
        resends: int | None = 0,
        carriage_limit: int | None = 0,
        rejected_payer: str | None = "",
    ) -> Variables:
        returned = sending.open_return(
            ctx.session,
            case_of(ctx.session, case_id),
            resends=resends or 0,
            carriage_limit=carriage_limit or 0,
            rejected_payer=rejected_payer or "",
            actor=ctx.actor,
            now=ctx.now,
        )
        if returned.round > 1:
            # What the parcel before had come to is open again.
            post_case(ctx.session, case_id, cause="sent_again", now=ctx.now, decide=ctx.decide)
        return {"return_no": returned.return_no, "address": dict(returned.address)}

    @registry.operation("return.record_shipment")
    def record_shipment(
        ctx: OperationContext,
        *,
        case_id: str,
        carrier: str,
        tracking_no: str,
        carriage: str | None = "",
        carriage_by: str | None = "",
    ) -> Variables:
        sending.record_return_sent(
            ctx.session,
            case_of(ctx.session, case_id),
            carrier=carrier,
            tracking_no=tracking_no,
            carriage=carriage or "",
            labelled=carriage_by == "shop",
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
        partly: bool | None = False,
    ) -> Variables:
        receipt = inspecting.record_receipt(
            ctx.session,
            case_of(ctx.session, case_id),
            accepted=accepted,
            refusal_code=refusal_code or "",
            explanation=explanation or "",
            partly=bool(partly),
            actor=ctx.actor,
            now=ctx.now,
        )
        stop_following(ctx.session, case_id, now=ctx.now)
        if receipt.refused_units:
            post_case(ctx.session, case_id, cause="rejected", now=ctx.now, decide=ctx.decide)
        return receipt.as_json()

    @registry.operation("return.list_refused")
    def list_refused(ctx: OperationContext, *, case_id: str) -> Variables:
        case = case_of(ctx.session, case_id)
        return {"units": refused.count_refused(ctx.session, case, now=ctx.now)}

    @registry.operation("return.keep_refused")
    def keep_refused(ctx: OperationContext, *, case_id: str) -> Variables:
        refused.keep_refused(ctx.session, case_of(ctx.session, case_id), actor=ctx.actor, now=ctx.now)
        return {}

    @registry.operation("return.choose_back")
    def choose_back(ctx: OperationContext, *, case_id: str, lapsed: bool) -> Variables:
        refused.choose_back(ctx.session, case_of(ctx.session, case_id), lapsed=lapsed, now=ctx.now)
        return {}

    @registry.operation("return.record_refused_shipment")
    def record_refused_shipment(
        ctx: OperationContext, *, case_id: str, carrier: str, tracking_no: str
    ) -> Variables:
        refused.record_refused_sent(
            ctx.session,
            case_of(ctx.session, case_id),
            carrier=carrier,
            tracking_no=tracking_no,
            actor=ctx.actor,
            now=ctx.now,
        )
        post_case(ctx.session, case_id, cause="rejected", now=ctx.now, decide=ctx.decide)
        return {}

    @registry.operation("return.close_refused")
    def close_refused(ctx: OperationContext, *, case_id: str, acknowledged: bool) -> Variables:
        case = case_of(ctx.session, case_id)
        refused.close_refused(ctx.session, case, acknowledged=acknowledged, actor=ctx.actor, now=ctx.now)
        stop_following(ctx.session, case_id, now=ctx.now)
        return {}

    @registry.operation("return.grant")
    def grant(ctx: OperationContext, *, case_id: str, everything: bool) -> Variables:
        case = case_of(ctx.session, case_id)
        if everything:
            tell(ctx, case, "seller", "return_unseen")
        stop_following(ctx.session, case_id, now=ctx.now)
        return inspecting.grant(ctx.session, case, everything=everything).as_json()
