"""Operations on charge-backs: the provider is asked outside of any step, its answer is booked inside one."""

from __future__ import annotations

import datetime as dt

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.chargebacks.recording import note_standing
from processes.chargebacks.tables import Chargeback
from processes.liability.posting_chargebacks import post_chargeback
from processes.money.gateway import ChargebackStanding, ChargebackStatus, RefundGateway


def register(registry: OperationRegistry, gateway: RefundGateway) -> None:
    """Register the operations ``chargeback.*``; see :func:`processes.operations.register_operations`."""

    @registry.operation("chargeback.ask", external=True)
    def ask(ctx: OperationContext, *, provider: str, reference: str) -> Variables:
        return {**gateway.chargeback(provider, reference).as_json(), "asked_at": ctx.now.isoformat()}

    @registry.operation("chargeback.record")
    def record(
        ctx: OperationContext,
        *,
        provider: str,
        reference: str,
        status: str,
        fees: dict[str, int] | None = None,
        complete: bool = True,
        asked_at: str = "",
    ) -> Variables:
        # Older versions of the diagram don't name the last three.
        standing = ChargebackStanding(status=ChargebackStatus(status), fees=fees or {}, complete=complete)
        chargeback = ctx.session.get_one(Chargeback, (provider, reference))
        asked = dt.datetime.fromisoformat(asked_at) if asked_at else ctx.now
        taken = note_standing(ctx.session, chargeback, standing, asked_at=asked, now=ctx.now)
        # Who was answered too late asks once more.
        decided = taken and standing.status is not ChargebackStatus.OPEN and complete
        chargeback.watched = not decided
        post_chargeback(ctx.session, chargeback, cause="chargeback", now=ctx.now, decide=ctx.decide)
        return {"decided": decided}
