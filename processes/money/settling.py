"""Settling a refund: once every part has succeeded, the order's counters say so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.timeline import record_event
from processes.money.errors import RefundNotFound, RefundUnsettled
from processes.money.tables import Refund
from processes.money.vouchers import return_vouchers
from processes.orders.tables import Order, OrderLine, Payment

# The order is locked before its payments and lines are: as everybody does who changes them.
_LOCK = sa.text("""
    SELECT r.case_no, r.currency, r.amount, r.status, r.settled_at,
           (SELECT min(p.status) FROM refund_part p
            WHERE p.refund_no = r.refund_no AND p.status <> 'succeeded') AS unsettled
    FROM refund r JOIN customer_order o ON o.id = r.order_id
    WHERE r.refund_no = :refund_no FOR NO KEY UPDATE OF o, r
""")
_SETTLE = sa.text("""
    WITH settled AS (
        UPDATE refund SET status = 'succeeded', settled_at = :now
        WHERE refund_no = :refund_no AND status <> 'succeeded'
        RETURNING refund_no, order_id, freight
    ), paid AS (
        UPDATE payment y
        SET refunded_pending = y.refunded_pending - p.amount,
            refunded_succeeded = y.refunded_succeeded + p.amount
        FROM refund_part p JOIN settled s ON s.refund_no = p.refund_no
        WHERE y.id = p.payment_id
    ), lines AS (
        UPDATE order_line l SET refunded = l.refunded + r.amount - r.withheld
        FROM refund_line r JOIN settled s ON s.refund_no = r.refund_no
        WHERE l.id = r.order_line_id
    )
    UPDATE customer_order o SET freight_refunded = o.freight_refunded + s.freight
    FROM settled s WHERE o.id = s.order_id AND s.freight > 0
""")


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A refund that has settled, now or before."""

    case_no: str
    amount: int
    at: dt.datetime


def settle_refund(session: Session, refund_no: str, *, actor: Actor, now: dt.datetime) -> Settled:
    """Move a refund's reservation to what has been given back; repeated, it does nothing.

    Args:
        session: The caller's transaction; the order is locked here.
        refund_no: Which refund.
        actor: For the timeline.
        now: When it settles.

    Raises:
        RefundNotFound: There is no such refund.
        RefundUnsettled: A part has not succeeded.
    """
    session.flush()
    row = session.execute(_LOCK, {"refund_no": refund_no}).one_or_none()
    if row is None:
        raise RefundNotFound
    if row.status == "succeeded":
        return Settled(case_no=row.case_no, amount=row.amount, at=row.settled_at)
    if row.unsettled is not None:
        raise RefundUnsettled(refund_no=refund_no, status=row.unsettled)
    session.execute(_SETTLE, {"refund_no": refund_no, "now": now})
    expire_counters(session)
    return_vouchers(session, refund_no, now=now)
    record_event(
        session,
        row.case_no,
        "refund_settled",
        actor=actor,
        now=now,
        refund_no=refund_no,
        amount=row.amount,
        currency=row.currency,
    )
    return Settled(case_no=row.case_no, amount=row.amount, at=now)


def expire_counters(session: Session) -> None:
    """Let a session read again what a statement has changed behind its back."""
    for known in list(session.identity_map.values()):
        if isinstance(known, Order | OrderLine | Payment | Refund):
            session.expire(known)
