"""A refund that fails after it had succeeded: it and its case are opened again, the counters put right.

The provider is asked before anything is undone. What was counted as given back counts as
pending again, so that the money stays reserved and nothing can be refunded beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.rules import CaseStatus
from processes.cases.timeline import record_event
from processes.money.errors import RefundNotFound
from processes.money.settling import expire_counters
from processes.money.tables import Refund
from processes.orders.tables import Order

_UNSETTLE = sa.text("""
    WITH opened AS (
        UPDATE refund SET status = 'failed', settled_at = NULL
        WHERE refund_no = :refund_no AND status = 'succeeded'
        RETURNING refund_no, order_id, freight
    ), paid AS (
        UPDATE payment y
        SET refunded_pending = y.refunded_pending + p.amount,
            refunded_succeeded = y.refunded_succeeded - p.amount
        FROM refund_part p JOIN opened o ON o.refund_no = p.refund_no
        WHERE y.id = p.payment_id
    ), lines AS (
        UPDATE order_line l SET refunded = l.refunded - r.amount + r.withheld
        FROM refund_line r JOIN opened o ON o.refund_no = r.refund_no
        WHERE l.id = r.order_line_id
    )
    UPDATE customer_order c SET freight_refunded = c.freight_refunded - o.freight
    FROM opened o WHERE c.id = o.order_id AND o.freight > 0
""")


class FailedPart(TypedDict):
    """A part of a refund that doesn't stand, as the provider says."""

    position: int
    code: str


def reopen_refund(
    session: Session, refund_no: str, failed: Sequence[FailedPart], *, actor: Actor, now: dt.datetime
) -> bool:
    """Open a settled refund and its case again; one that is open already stays as it is.

    Args:
        session: The caller's transaction; the order is locked here.
        refund_no: Which refund.
        failed: Its parts that don't stand; what is written of their latest attempts is corrected.
        actor: For the timeline.
        now: When.

    Returns:
        Whether it was opened now.

    Raises:
        RefundNotFound: There is no such refund.
    """
    session.flush()
    order_id = session.scalar(sa.select(Refund.order_id).where(Refund.refund_no == refund_no))
    if order_id is None:
        raise RefundNotFound
    # The order is locked before its payments and lines are: as everybody does who changes them.
    session.execute(sa.select(Order.id).where(Order.id == order_id).with_for_update(key_share=True))
    refund = session.get_one(Refund, refund_no, populate_existing=True, with_for_update=True)
    if refund.status != "succeeded":
        return False
    codes = {part["position"]: part["code"] for part in failed}
    session.execute(_UNSETTLE, {"refund_no": refund_no})
    for part in refund.parts:
        if part.position not in codes:
            continue
        part.status, part.failure_code, part.succeeded_at = "failed", codes[part.position], None
        attempt = part.attempts[-1]
        attempt.outcome, attempt.answered_at = "failed", now
        attempt.response = {"status": "failed", "code": part.failure_code, "after": attempt.response}
        record_event(
            session,
            refund.case_no,
            "refund_reversed",
            actor=actor,
            now=now,
            refund_no=refund_no,
            tender=part.tender,
            amount=part.amount,
            currency=refund.currency,
            failure_code=part.failure_code,
        )
    case = refund.case
    case.status, case.outcome, case.closed_at, case.refunded = CaseStatus.REFUNDING.value, None, None, 0
    session.flush()
    expire_counters(session)
    return True
