"""Operations on parcels that a case makes necessary, for the diagrams that watch them."""

from __future__ import annotations

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.returns import missing
from processes.shipping import silent
from processes.shipping.silence import Limits, Stage


def register(registry: OperationRegistry) -> None:
    """Register the operations ``parcel.*``."""

    @registry.operation("parcel.look")
    def look(
        ctx: OperationContext,
        *,
        shipment_id: str,
        remind_days: int,
        remind_again_days: int,
        missing_days: int,
        stalled_days: int,
        lost_days: int,
    ) -> Variables:
        limits = Limits(
            remind=remind_days,
            remind_again=remind_again_days,
            missing=missing_days,
            stalled=stalled_days,
            lost=lost_days,
        )
        standing = silent.parcel_standing(ctx.session, shipment_id, limits, now=ctx.now)
        return {
            "stage": standing.stage.value,
            "step": standing.step,
            "next_at": standing.next_at.isoformat() if standing.next_at else "",
        }

    @registry.operation("parcel.remind")
    def remind(ctx: OperationContext, *, shipment_id: str, stage: str, step: int) -> Variables:
        silent.remind_of_parcel(ctx.session, shipment_id, Stage(stage), step, now=ctx.now)
        return {}

    @registry.operation("parcel.report_missing")
    def report_missing(ctx: OperationContext, *, shipment_id: str) -> Variables:
        silent.report_missing(ctx.session, shipment_id, now=ctx.now)
        return {}

    @registry.operation("parcel.rule")
    def rule(
        ctx: OperationContext, *, shipment_id: str, verdict: str, reasons: str, wait_days: int
    ) -> Variables:
        return missing.rule_on_parcel(
            ctx.session,
            shipment_id,
            missing.Verdict(verdict),
            reasons=reasons,
            wait_days=wait_days,
            actor=ctx.actor,
            now=ctx.now,
        ).as_json()

    @registry.operation("parcel.send_anew")
    def send_anew(ctx: OperationContext, *, shipment_id: str, carrier: str, tracking_no: str) -> Variables:
        missing.send_anew(
            ctx.session,
            shipment_id,
            carrier=carrier,
            tracking_no=tracking_no,
            actor=ctx.actor,
            now=ctx.now,
        )
        return {}
