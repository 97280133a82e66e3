"""A shop's record with cancellations: how fast it answers, how often it agrees, errs and is late."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase
from processes.liability.tables import Liability

LATEST = 1000
"""Figures look at this many of the latest decided cases, no further back."""


@dataclass(frozen=True, kw_only=True)
class ShopRecord:
    """Counts over a shop's latest decided cases.

    Attributes:
        decided: How many there are, up to ``LATEST``.
        answered: Decided by the shop itself.
        agreed: Of those, how many it agreed to.
        overrun: Decided by the time running out.
        overruled: Decided by the platform.
        at_fault: In which the shop was found to be at fault.
        median_answer: Half of its own answers came within this time; None without any.
    """

    decided: int
    answered: int
    agreed: int
    overrun: int
    overruled: int
    at_fault: int
    median_answer: dt.timedelta | None

    @property
    def approval_percent(self) -> int | None:
        """How many of its own answers were an agreement, rounded down; None without any."""
        return self.agreed * 100 // self.answered if self.answered else None

    @property
    def fault_percent(self) -> int | None:
        """In how many of the decided cases it was at fault, rounded down; None without any."""
        return self.at_fault * 100 // self.decided if self.decided else None


def shop_record(session: Session, shop_id: uuid.UUID) -> ShopRecord:
    """Return the record of a shop."""
    latest_fault = (
        sa.select(Liability.fault)
        .where(Liability.case_no == CancellationCase.case_no)
        .order_by(Liability.at.desc(), Liability.id.desc())
        .limit(1)
        .correlate(CancellationCase)
        .scalar_subquery()
    )
    cases = (
        sa.select(
            CancellationCase.decision,
            CancellationCase.decided_how.label("how"),
            (CancellationCase.decided_at - CancellationCase.opened_at).label("took"),
            latest_fault.label("fault"),
        )
        .where(CancellationCase.shop_id == shop_id, CancellationCase.decided_at.is_not(None))
        .order_by(CancellationCase.decided_at.desc(), CancellationCase.case_no.desc())
        .limit(LATEST)
        .subquery()
    )
    count, own = sa.func.count, cases.c.how == "seller"
    row = session.execute(
        sa.select(
            count().label("decided"),
            count().filter(own).label("answered"),
            count().filter(own, cases.c.decision == "agree").label("agreed"),
            count().filter(cases.c.how == "timeout").label("overrun"),
            count().filter(cases.c.how == "ruling").label("overruled"),
            count().filter(cases.c.fault == "seller").label("at_fault"),
            sa.func.percentile_cont(0.5).within_group(cases.c.took).filter(own).label("median_answer"),
        ).select_from(cases)
    ).one()
    return ShopRecord(
        decided=row.decided,
        answered=row.answered,
        agreed=row.agreed,
        overrun=row.overrun,
        overruled=row.overruled,
        at_fault=row.at_fault,
        median_answer=row.median_answer,
    )
