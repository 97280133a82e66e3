"""What a seller may know of a buyer before he decides: counts, no contents."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase
from processes.orders.tables import Order
from processes.people.tables import Account

LATEST = 1000
"""Counts look at this many of the latest orders and cases, no further back."""


@dataclass(frozen=True, kw_only=True)
class BuyerHistory:
    """How a buyer has ordered and cancelled so far, on the whole marketplace.

    Attributes:
        orders: Up to ``LATEST``.
        cases: Up to ``LATEST``.
        open_cases: Those of them that have not ended.
        decided: Those that somebody or a rule decided.
        agreed: Those that were agreed to.
        withdrawn: Those that he withdrew.
        approval_percent: ``agreed`` of ``decided``, rounded down; None if none was decided.
    """

    member_since: dt.datetime | None
    orders: int
    cases: int
    open_cases: int
    decided: int
    agreed: int
    withdrawn: int

    @property
    def approval_percent(self) -> int | None:
        """How many of the decided ones were agreed to, in percent."""
        return self.agreed * 100 // self.decided if self.decided else None


def buyer_history(session: Session, buyer_id: uuid.UUID) -> BuyerHistory:
    """Return the record of a buyer, as it is shown to sellers."""
    orders = sa.select(sa.literal(1)).where(Order.buyer_id == buyer_id).limit(LATEST).subquery()
    since = sa.select(Account.created_at).where(Account.id == buyer_id).scalar_subquery()
    cases = (
        sa.select(CancellationCase.decision, CancellationCase.closed_at, CancellationCase.outcome)
        .where(CancellationCase.buyer_id == buyer_id)
        .order_by(CancellationCase.opened_at.desc(), CancellationCase.case_no.desc())
        .limit(LATEST)
        .subquery()
    )
    count = sa.func.count
    row = session.execute(
        sa.select(
            since,
            sa.select(count()).select_from(orders).scalar_subquery(),
            count(),
            count().filter(cases.c.closed_at.is_(None)),
            count().filter(cases.c.decision.is_not(None)),
            count().filter(cases.c.decision == "agree"),
            count().filter(cases.c.outcome == "withdrawn"),
        ).select_from(cases)
    ).one()
    return BuyerHistory(
        member_since=row[0],
        orders=row[1],
        cases=row[2],
        open_cases=row[3],
        decided=row[4],
        agreed=row[5],
        withdrawn=row[6],
    )
