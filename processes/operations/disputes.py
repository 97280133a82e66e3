"""Operations on disputes; they are named after the case that is disputed."""

from __future__ import annotations

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.cases.carrying import case_of
from processes.disputes import appealing, hearing
from processes.disputes import ruling as ruling_


def register(registry: OperationRegistry) -> None:
    """Register the operations with which a dispute is heard, ruled on and appealed."""

    @registry.operation("case.open_hearing")
    def open_hearing(ctx: OperationContext, *, case_id: str) -> Variables:
        hearing.open_hearing(ctx.session, case_of(ctx.session, case_id), now=ctx.now)
        return {}

    @registry.operation("case.close_hearing")
    def close_hearing(ctx: OperationContext, *, case_id: str) -> Variables:
        hearing.close_hearing(ctx.session, case_of(ctx.session, case_id))
        return {}

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
        ctx: OperationContext,
        *,
        case_id: str,
        ruling: str,
        reasons: str,
        freight_payer: str | None = "",
        fault: str | None = "",
        amount: float | None = 0,
        keep_goods: bool | None = False,
        on_appeal: bool | None = False,
    ) -> Variables:
        ruling_.record_ruling(
            ctx.session,
            case_of(ctx.session, case_id),
            ruling_.GivenRuling(
                ruling=ruling,
                reasons=reasons,
                freight_payer=freight_payer or "",
                fault=fault or "",
                amount=amount or 0,
                keep_goods=bool(keep_goods),
            ),
            actor=ctx.actor,
            now=ctx.now,
            idempotency_key=ctx.idempotency_key,
            on_appeal=bool(on_appeal),
        )
        return {}

    @registry.operation("case.answer_ruling")
    def answer_ruling(
        ctx: OperationContext, *, case_id: str, side: str, answer: str, text: str | None = ""
    ) -> Variables:
        appealing.record_answer(
            ctx.session,
            case_of(ctx.session, case_id),
            side=side,
            answer=answer,
            text=text or "",
            actor=ctx.actor,
            now=ctx.now,
        )
        return {}

    @registry.operation("case.take_appeals")
    def take_appeals(ctx: OperationContext, *, case_id: str) -> Variables:
        case = case_of(ctx.session, case_id)
        return {"sides": list(appealing.appeals_against(ctx.session, case))}

    @registry.operation("case.apply_ruling")
    def apply_ruling(ctx: OperationContext, *, case_id: str) -> Variables:
        return ruling_.apply_ruling(ctx.session, case_of(ctx.session, case_id))
