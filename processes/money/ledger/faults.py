"""Making the embedded gateway fail, time out or answer late, for trials and tests."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.money.ledger.tables import GatewayFault

Mode = Literal["ok", "fail", "timeout", "timeout_after_success", "late"]


def set_fault(
    session: Session,
    mode: Mode,
    *,
    now: dt.datetime,
    count: int | None = None,
    delay_seconds: int = 0,
    tender: str | None = None,
    failure_code: str = "ACCOUNT_CLOSED",
) -> GatewayFault:
    """Let the next submissions go wrong, after those faults that are set already.

    Args:
        session: The caller's transaction.
        mode: ``fail``: a definitive no. ``timeout``: no answer, nothing done.
            ``timeout_after_success``: no answer, though done. ``late``: pending, and done
            after the delay. ``ok``: nothing goes wrong, in a sequence with others.
        now: When it is set.
        count: For how many submissions; None until it is taken away.
        delay_seconds: For ``late``.
        tender: For this tender alone.
        failure_code: For ``fail``.
    """
    fault = GatewayFault(
        mode=mode,
        tender=tender,
        remaining=count,
        delay_seconds=delay_seconds,
        failure_code=failure_code,
        set_at=now,
    )
    session.add(fault)
    session.flush()
    return fault


def clear_faults(session: Session) -> int:
    """Take all faults away and return how many there were."""
    return len(session.execute(sa.delete(GatewayFault).returning(GatewayFault.id)).all())


def current_faults(session: Session) -> list[GatewayFault]:
    """Return the faults that still apply, in the order in which they will."""
    return list(
        session.scalars(
            sa.select(GatewayFault)
            .where(sa.or_(GatewayFault.remaining.is_(None), GatewayFault.remaining > 0))
            .order_by(GatewayFault.id)
        )
    )


def take_fault(session: Session, tender: str) -> GatewayFault | None:
    """Return the fault that a submission by a tender meets, and count it down."""
    fault = session.scalar(
        sa.select(GatewayFault)
        .where(
            sa.or_(GatewayFault.remaining.is_(None), GatewayFault.remaining > 0),
            sa.or_(GatewayFault.tender.is_(None), GatewayFault.tender == tender),
        )
        .order_by(GatewayFault.id)
        .limit(1)
        .with_for_update()
    )
    if fault is not None and fault.remaining is not None:
        fault.remaining -= 1
    return fault
