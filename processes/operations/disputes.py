"""Operations on disputes; they are named after the case that is disputed."""

from __future__ import annotations

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.cases.carrying import case_of
from processes.disputes import hearing


def register(registry: OperationRegistry) -> None:
    """Register the operations ``case.record_statement`` and ``case.record_ruling``."""

    @registry.operation("case.record_statement")
    def record_statement(ctx: OperationContext, *, case_id: str, side: str, text: str | None) -> Variables:
        hearing.record_statement(
            ctx.session,
            case_of(ctx.session, case_id),
            side=side,
            text=text or "",
            actor=ctx.actor,
            now=ctx.now,
            idempotency_key=ctx.idempotency_key,
        )
        return {}

    @registry.operation("case.record_ruling")
    def record_ruling(
        ctx: OperationContext, *, case_id: str, ruling: str, reasons: str, freight_payer: str | None = ""
    ) -> Variables:
        hearing.record_ruling(
            ctx.session,
            case_of(ctx.session, case_id),
            ruling=ruling,
            reasons=reasons,
            freight_payer=freight_payer or "",
            actor=ctx.actor,
            now=ctx.now,
            idempotency_key=ctx.idempotency_key,
        )
        return {}
