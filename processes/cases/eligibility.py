"""Which cancellations an order allows now, as the analysts' table of time limits answers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.values import JSON
from processes.cases.reasons import REASONS, Reason
from processes.cases.rules import Flow, Initiator
from processes.cases.tables import CaseLine
from processes.money.calculating import read_earlier, units_left
from processes.orders.rules import OrderState
from processes.orders.tables import Order
from processes.ports import ProcessEngine

LIMITS = "cancellation_limits"


@dataclass(frozen=True, kw_only=True)
class OfferLine:
    """How many units of a line can be asked for; none while it is in the case ``in_case``."""

    line_id: uuid.UUID
    quantity: int
    in_case: str | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one flow offers for an order.

    Attributes:
        reasons: Codes of the reasons that can be given now.
        allowed: Whether anything can be asked for by this flow.
        code: Why not, for a program; empty if it can.
        text: Why not, in the words of the decision table; empty if they are the page's.
    """

    flow: Flow
    reasons: tuple[str, ...]
    allowed: bool
    code: str
    text: str
    lines: tuple[OfferLine, ...]


def minutes_since_payment(order: Order, now: dt.datetime) -> int:
    """Whole minutes since an order was paid; -1 if it is not."""
    if order.paid_at is None:
        return -1
    return max(0, int((now - order.paid_at).total_seconds() // 60))


def limits(
    session: Session,
    engine: ProcessEngine,
    order: Order,
    now: dt.datetime,
    *,
    flow: Flow,
    reason: str,
    initiator: Initiator,
    categories: Iterable[str],
) -> dict[str, JSON]:
    """Return the time limits and the eligibility of a request.

    Goods of several categories must each be eligible; the first one that isn't answers.
    """
    answer: dict[str, JSON] = {}
    for category in sorted(set(categories)):
        outcome = engine.decide(
            session,
            LIMITS,
            {
                "flow": flow.value,
                "reason": reason,
                "order_state": order.state,
                "initiator": initiator.value,
                "shop_id": str(order.shop_id),
                "category": category,
                "minutes_since_payment": minutes_since_payment(order, now),
            },
        )
        if not outcome.get("eligible"):
            # A table that has no rule for it doesn't allow it.
            return {"eligible": False, "ineligible_code": "NO_RULE", "ineligible_text": ""} | outcome
        answer = answer or outcome
    return answer


def open_cases(session: Session, line_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the open case of each line that has one."""
    rows = session.execute(
        sa.select(CaseLine.order_line_id, CaseLine.case_no).where(
            CaseLine.open, CaseLine.order_line_id.in_(list(line_ids))
        )
    )
    return {row.order_line_id: row.case_no for row in rows}


def eligibility(
    session: Session,
    engine: ProcessEngine,
    order: Order,
    now: dt.datetime,
    initiator: Initiator | str = Initiator.BUYER,
) -> list[Offer]:
    """Return, for each flow, what can be asked for now, or why nothing can.

    Args:
        session: The caller's transaction.
        engine: Asked for the table of time limits.
        order: With its lines.
        now: The instant to judge by.
        initiator: Who would ask.
    """
    who = Initiator(initiator)
    in_case = open_cases(session, (line.id for line in order.lines))
    earlier = read_earlier(session, order, (line.id for line in order.lines))
    lines = tuple(
        OfferLine(
            line_id=line.id,
            quantity=0 if line.id in in_case else units_left(line, earlier),
            in_case=in_case.get(line.id),
        )
        for line in order.lines
    )
    left = {line.line_id for line in lines if line.quantity}
    categories = {line.category for line in order.lines if line.id in left}
    return [
        _offer(session, engine, order, now, flow=flow, who=who, categories=categories, lines=lines)
        for flow in Flow
    ]


def reasons_for(flow: Flow, initiator: Initiator) -> list[Reason]:
    """Return the reasons that somebody can give in a flow, in the order of the rules."""
    return [r for r in REASONS.values() if flow in r.flows and initiator in r.initiators]


def _offer(
    session: Session,
    engine: ProcessEngine,
    order: Order,
    now: dt.datetime,
    *,
    flow: Flow,
    who: Initiator,
    categories: set[str],
    lines: tuple[OfferLine, ...],
) -> Offer:
    def refused(code: str, text: str = "") -> Offer:
        return Offer(flow=flow, reasons=(), allowed=False, code=code, text=text, lines=lines)

    if order.state == OrderState.CANCELLED:
        return refused("ORDER_CANCELLED")
    if not categories:
        return refused("ALREADY_IN_CASE" if any(line.in_case for line in lines) else "NOTHING_LEFT")
    allowed, code, text = [], "", ""
    for reason in reasons_for(flow, who):
        answer = limits(
            session,
            engine,
            order,
            now,
            flow=flow,
            reason=reason.code,
            initiator=who,
            categories=categories,
        )
        if answer["eligible"]:
            allowed.append(reason.code)
        elif not code:
            code, text = str(answer["ineligible_code"]), str(answer["ineligible_text"])
    if not allowed:
        return refused(code or "NO_REASON", text)
    return Offer(flow=flow, reasons=tuple(allowed), allowed=True, code="", text="", lines=lines)
