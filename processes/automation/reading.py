"""What-if runs as analysts read them: the sums by shop and by reason, and the cases one by one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import NotFound
from processes.automation.tables import WhatIf, WhatIfChange
from processes.catalog.tables import Shop

GROUPS_LIMIT = 100
RUNS_LIMIT = 20


class WhatIfNotFound(NotFound):
    """There is no such run."""

    code = "what_if.not_found"


@dataclass(frozen=True, kw_only=True)
class ChangedSum:
    """How many cases of a group would come out otherwise, and what they were about.

    Attributes:
        group: A shop's name or a reason's code; None for decisions that belong to no case.
        amount: In minor units of ``currency``.
    """

    group: str | None
    currency: str | None
    cases: int
    amount: int


@dataclass(frozen=True, kw_only=True)
class ChangePage:
    """A page of changes, oldest first; ``next`` is the key that the next page follows."""

    rows: tuple[WhatIfChange, ...]
    next: int | None


def what_if_runs(session: Session) -> Sequence[WhatIf]:
    """Return the latest runs, newest first."""
    query = sa.select(WhatIf).options(sa.orm.defer(WhatIf.text)).where(WhatIf.status != "deleted")
    return session.scalars(query.order_by(WhatIf.id.desc()).limit(RUNS_LIMIT)).all()


def what_if_run(session: Session, what_if_id: uuid.UUID, *, lock: bool = False) -> WhatIf:
    """Return a run.

    Raises:
        WhatIfNotFound: There is none of that id, or it was deleted.
    """
    found = session.get(WhatIf, what_if_id, populate_existing=True, with_for_update=lock)
    if found is None or found.status == "deleted":
        raise WhatIfNotFound
    return found


def sums(session: Session, what_if_id: uuid.UUID, by: str = "") -> Sequence[ChangedSum]:
    """Sum up the changed cases; a case counts once, however often the table was asked for it.

    Args:
        session: The caller's transaction.
        what_if_id: The run.
        by: ``shop``, ``reason``, or nothing for the sums of all.
    """
    change = WhatIfChange
    cases = (
        sa.select(change.business_key, change.shop_id, change.reason, change.currency, change.amount)
        .where(change.what_if_id == what_if_id)
        .distinct()
        .subquery()
    )
    group: Any = {"shop": Shop.name, "reason": cases.c.reason}.get(by, sa.null())
    count, total = sa.func.count(), sa.func.coalesce(sa.func.sum(cases.c.amount), 0)
    query = sa.select(group.label("name"), cases.c.currency, count, total).select_from(cases)
    if by == "shop":
        query = query.outerjoin(Shop, Shop.id == cases.c.shop_id)
    query = (
        query.group_by(sa.literal_column("1"), cases.c.currency).order_by(total.desc()).limit(GROUPS_LIMIT)
    )
    return [
        ChangedSum(group=name, currency=currency, cases=number, amount=int(amount))
        for name, currency, number, amount in session.execute(query)
    ]


def changes(
    session: Session, what_if_id: uuid.UUID, *, after: int | None = None, limit: int = 30
) -> ChangePage:
    """Return the decisions that would come out otherwise."""
    query = sa.select(WhatIfChange).where(WhatIfChange.what_if_id == what_if_id)
    if after is not None:
        query = query.where(WhatIfChange.record_id > after)
    found = session.scalars(query.order_by(WhatIfChange.record_id).limit(limit + 1)).all()
    more = len(found) > limit
    return ChangePage(rows=tuple(found[:limit]), next=found[limit - 1].record_id if more else None)
