"""Operations on charge-backs: the provider is asked outside of any step, its answer is booked inside one."""

from __future__ import annotations

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.chargebacks.recording import note_standing
from processes.chargebacks.tables import Chargeback
from processes.liability.posting_chargebacks import post_chargeback
from processes.money.gateway import ChargebackStatus, RefundGateway


def register(registry: OperationRegistry, gateway: RefundGateway) -> None:
    """Register the operations ``chargeback.*``; see :func:`processes.operations.register_operations`."""

    @registry.operation("chargeback.ask", external=True)
    def ask(ctx: OperationContext, *, provider: str, reference: str) -> Variables:  # noqa: ARG001
        return {"status": gateway.chargeback(provider, reference).value}

    @registry.operation("chargeback.record")
    def record(ctx: OperationContext, *, provider: str, reference: str, status: str) -> Variables:
        chargeback = ctx.session.get_one(Chargeback, (provider, reference))
        note_standing(ctx.session, chargeback, ChargebackStatus(status).value, now=ctx.now)
        decided = chargeback.status != ChargebackStatus.OPEN
        chargeback.watched = not decided
        post_chargeback(ctx.session, chargeback, cause="chargeback", now=ctx.now)
        return {"decided": decided}
