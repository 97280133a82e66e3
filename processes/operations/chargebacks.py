"""Operations on charge-backs: the provider is asked outside of any step, its answer is booked inside one."""

from __future__ import annotations

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.chargebacks.recording import note_standing
from processes.chargebacks.tables import Chargeback
from processes.liability.posting_chargebacks import post_chargeback
from processes.money.gateway import ChargebackStanding, ChargebackStatus, RefundGateway


def register(registry: OperationRegistry, gateway: RefundGateway) -> None:
    """Register the operations ``chargeback.*``; see :func:`processes.operations.register_operations`."""

    @registry.operation("chargeback.ask", external=True)
    def ask(ctx: OperationContext, *, provider: str, reference: str) -> Variables:  # noqa: ARG001
        return gateway.chargeback(provider, reference).as_json()

    @registry.operation("chargeback.record")
    def record(
        ctx: OperationContext,
        *,
        provider: str,
        reference: str,
        status: str,
        fees: dict[str, int] | None = None,
        complete: bool = True,
    ) -> Variables:
        # Versions of the diagram from before there were fees don't name the last two.
        standing = ChargebackStanding(status=ChargebackStatus(status), fees=fees or {}, complete=complete)
        chargeback = ctx.session.get_one(Chargeback, (provider, reference))
        note_standing(ctx.session, chargeback, standing, now=ctx.now)
        decided = standing.status is not ChargebackStatus.OPEN and complete
        chargeback.watched = not decided
        post_chargeback(ctx.session, chargeback, cause="chargeback", now=ctx.now, decide=ctx.decide)
        return {"decided": decided}
