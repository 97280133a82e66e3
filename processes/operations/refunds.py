"""Operations on refunds: prepared and settled inside a step, executed and queried outside of any."""

from __future__ import annotations

from collections.abc import Sequence

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.cases.carrying import case_of
from processes.liability.posting import post_case
from processes.money.executing import RefundRun
from processes.money.gateway import RefundGateway
from processes.money.preparing import prepare_refund
from processes.money.reopening import FailedPart, reopen_refund
from processes.money.settling import settle_refund
from processes.money.tables import Refund
from processes.returns.carriage import give_back_carriage


def register(registry: OperationRegistry, gateway: RefundGateway, tender_order: Sequence[str]) -> None:
    """Register the operations ``refund.*``; see :func:`processes.operations.register_operations`."""

    def run(ctx: OperationContext, refund_no: str) -> RefundRun:
        if ctx.transaction is None:
            raise RuntimeError("a refund is executed outside of any step")
        return RefundRun(transaction=ctx.transaction, gateway=gateway, refund_no=refund_no, now=ctx.now)

    @registry.operation("refund.prepare")
    def prepare(
        ctx: OperationContext, *, case_id: str, freight_payer: str | None, refund_freight: bool
    ) -> Variables:
        refund = prepare_refund(
            ctx.session,
            case_of(ctx.session, case_id),
            freight_payer=freight_payer or "",
            seller_at_fault=refund_freight,
            actor=ctx.actor,
            now=ctx.now,
            decide=ctx.decide,
            tender_order=tender_order,
        )
        return {"refund_no": refund.refund_no, "amount": refund.amount, "currency": refund.currency}

    @registry.operation("refund.execute", external=True)
    def execute(ctx: OperationContext, *, refund_no: str) -> Variables:
        return {"status": run(ctx, refund_no).execute()}

    @registry.operation("refund.query", external=True)
    def query(ctx: OperationContext, *, refund_no: str, last: bool, poll: int = 0) -> Variables:  # noqa: ARG001
        # The number of the poll is for the history, where the arguments are recorded.
        return {"status": run(ctx, refund_no).query(last=last)}

    @registry.operation("refund.recheck", external=True)
    def recheck(ctx: OperationContext, *, refund_no: str) -> Variables:
        return {"failed": [dict(part) for part in run(ctx, refund_no).recheck()]}

    @registry.operation("refund.reopen")
    def reopen(ctx: OperationContext, *, refund_no: str, parts: list[FailedPart]) -> Variables:
        reopened = reopen_refund(ctx.session, refund_no, parts, actor=ctx.actor, now=ctx.now)
        if reopened:
            post_case(
                ctx.session,
                ctx.session.get_one(Refund, refund_no).case_no,
                cause="reopened",
                now=ctx.now,
                decide=ctx.decide,
            )
        return {"reopened": reopened}

    @registry.operation("refund.settle")
    def settle(ctx: OperationContext, *, refund_no: str) -> Variables:
        settled = settle_refund(ctx.session, refund_no, actor=ctx.actor, now=ctx.now)
        case = case_of(ctx.session, settled.case_no)
        case.refunded = settled.amount
        give_back_carriage(ctx.session, case, actor=ctx.actor, now=ctx.now)
        post_case(ctx.session, settled.case_no, cause="settled", now=ctx.now, decide=ctx.decide)
        return {"settled_at": settled.at.isoformat()}
