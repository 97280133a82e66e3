"""What a cancellation would give back, worked out before anybody has agreed to it."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from processes.cases.rules import Flow, Initiator
from processes.money.arithmetic import NO_CARRIAGE, Step
from processes.money.calculating import Calculation, Earlier, calculate, read_earlier
from processes.money.sharing import Sharing, share_refund
from processes.orders.tables import Order
from processes.ports import ProcessEngine
from processes.returns.carried import carriage_of

LIABILITY = "liability_and_freight"


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A refund as it would be if it were agreed on now.

    Attributes:
        most: What it can come to at the most, in minor units: without carriage that the buyer bears.
        sends_back: The buyer has to send the goods back first.
    """

    calculation: Calculation
    sharing: Sharing
    most: int
    sends_back: bool

    @property
    def amount(self) -> int:
        """What would come back, in minor units."""
        return self.calculation.figures.amount - self.sharing.forfeited

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the amount comes about."""
        return (*self.calculation.figures.steps, *self.sharing.steps)


def estimate(
    session: Session,
    engine: ProcessEngine,
    order: Order,
    units: Mapping[uuid.UUID, int],
    *,
    flow: Flow,
    reason: str,
    initiator: Initiator,
    now: dt.datetime,
    earlier: Earlier | None = None,
    tender_order: Sequence[str] = (),
) -> Estimate:
    """Work out what cancelling units for a reason would give back.

    Who bears the freight is asked of the analysts' table of liability, as the process will.

    Args:
        session: The caller's transaction.
        engine: Asked for that table.
        order: With its lines.
        units: Line ids and how many units of each.
        flow: Which process would carry the case.
        reason: Why.
        initiator: Who asks.
        now: For what has expired.
        earlier: What the order's refunds have come to; read here if it isn't given.
        tender_order: Tenders that are used up first, for a shop that has named none of its own.
    """
    answer = engine.decide(
        session,
        LIABILITY,
        {
            "flow": flow.value,
            "reason": reason,
            "order_state": order.state,
            "initiator": initiator.value,
            "shop_id": str(order.shop_id),
        },
    )
    sends_back = bool(answer.get("return_required"))
    shipped = any(line.quantity_shipped for line in order.lines if line.id in units)
    # Goods that the buyer sends back he pays the carrier for himself.
    carried_by_shop = shipped and (not sends_back or bool(answer.get("intercept_first")))
    calculation = calculate(
        order,
        units,
        earlier or read_earlier(session, order, units),
        uncancelled=units,
        seller_at_fault=bool(answer.get("refund_freight")),
        borne=carriage_of(order, sum(units.values()))
        if carried_by_shop and answer.get("freight_payer") == "buyer"
        else NO_CARRIAGE,
    )
    sharing = share_refund(
        session,
        order,
        calculation.figures.amount,
        fault=str(answer.get("fault") or "nobody"),
        now=now,
        decide=functools.partial(engine.decide, session),
        tender_order=tender_order,
    )
    return Estimate(
        calculation=calculation,
        sharing=sharing,
        most=calculation.figures.amount + calculation.figures.borne,
        sends_back=sends_back,
    )
