"""What a request would give back, as the form shows it while it is filled in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.errors import TuidanError
from processes.cases.estimating import estimate
from processes.cases.requests import RequestCancellation, flow_for, units_of
from processes.cases.rules import Initiator
from processes.orders.tables import Order
from webapp.cases.figures import Line, lines_of
from webapp.context import now, tuidan
from webapp.errors.messages import message_of


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An estimate, or why there is none.

    Attributes:
        amount: Minor units of the order's currency; None as long as it can't be told.
        problem: What is missing or wrong; empty if nothing is.
        sends_back: The buyer has to send the goods back first.
        figures: How the amount comes about.
    """

    amount: int | None = None
    problem: str = ""
    sends_back: bool = False
    figures: tuple[Line, ...] = ()


def estimate_shown(session: Session, order: Order, request: RequestCancellation) -> Shown:
    """Work out what a request would give back; what is wrong with it is said, not raised."""
    initiator = Initiator(request.initiator)
    try:
        flow = flow_for(request, order, initiator)
        units = {line.id: quantity for line, quantity in units_of(order, request, flow)}
    except TuidanError as problem:
        return Shown(problem=message_of(problem))
    found = estimate(
        session,
        tuidan().engine,
        order,
        units,
        flow=flow,
        reason=request.reason,
        initiator=initiator,
        now=now(),
        tender_order=tuidan().settings.tender_order,
    )
    return Shown(
        amount=found.amount,
        sends_back=found.sends_back,
        figures=tuple(lines_of((step.as_json() for step in found.steps), order.currency)),
    )
