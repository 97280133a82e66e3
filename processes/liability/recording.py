"""Recording who is at fault in a case, and who bears its freight."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.liability.tables import Liability


def record_liability(
    session: Session,
    case: CancellationCase,
    *,
    fault: str,
    freight_payer: str,
    actor: Actor,
    now: dt.datetime,
    idempotency_key: str,
    basis: str = "",
) -> None:
    """Append a finding, once for its key."""
    with session.no_autoflush:
        written = session.execute(
            postgresql.insert(Liability)
            .values(
                id=new_id(),
                case_no=case.case_no,
                shop_id=case.shop_id,
                reason=case.reason,
                fault=fault,
                freight_payer=freight_payer,
                basis=basis,
                at=now,
                idempotency_key=idempotency_key,
            )
            .on_conflict_do_nothing(index_elements=["idempotency_key"])
            .returning(Liability.id)
        ).first()
    if written is not None:
        record_event(
            session,
            case.case_no,
            "liability_recorded",
            actor=actor,
            now=now,
            fault=fault,
            freight_payer=freight_payer,
        )


def current_liability(session: Session, case_no: str) -> Liability | None:
    """Return the latest finding of a case, or None."""
    return session.scalar(
        sa.select(Liability)
        .where(Liability.case_no == case_no)
        .order_by(Liability.at.desc(), Liability.id.desc())
        .limit(1)
    )
