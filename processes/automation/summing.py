"""The sums of a what-if run, kept while it is replayed: reading them costs the same however much it changes.

A case counts once, with its first changed decision, however often the table was asked for it.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from processes.automation.tables import WhatIfChange, WhatIfSum
from processes.catalog.tables import Shop

GROUPS_LIMIT = 100


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


def sums(session: Session, what_if_id: uuid.UUID, by: str = "") -> Sequence[ChangedSum]:
    """Return the sums of the changed cases, the largest first.

    Args:
        session: The caller's transaction.
        what_if_id: The run.
        by: ``shop``, ``reason``, or nothing for the sums of all.
    """
    found = session.scalars(
        sa.select(WhatIfSum)
        .where(WhatIfSum.what_if_id == what_if_id, WhatIfSum.by == by)
        .order_by(WhatIfSum.amount.desc(), WhatIfSum.group, WhatIfSum.currency)
        .limit(GROUPS_LIMIT)
    ).all()
    names = _names(session, [row.group for row in found]) if by == "shop" else {}
    return [
        ChangedSum(
            group=names.get(row.group, row.group) or None,
            currency=row.currency or None,
            cases=row.cases,
            amount=row.amount,
        )
        for row in found
    ]


def add_to_sums(session: Session, what_if_id: uuid.UUID, changes: Sequence[WhatIfChange]) -> None:
    """Add changes that are about to be written; the run is locked.

    Args:
        session: The caller's transaction; the changes are not flushed yet.
        what_if_id: Their run.
        changes: In the order of their decisions.
    """
    first: dict[str, WhatIfChange] = {}
    for change in changes:
        first.setdefault(change.business_key, change)
    with session.no_autoflush:
        known = session.scalars(
            sa.select(WhatIfChange.business_key).where(
                WhatIfChange.what_if_id == what_if_id, WhatIfChange.business_key.in_(list(first))
            )
        )
        counted = set(known)
        cases: Counter[tuple[str, str, str]] = Counter()
        amounts: Counter[tuple[str, str, str]] = Counter()
        for key, change in first.items():
            if key in counted:
                continue
            groups = (("", ""), ("shop", str(change.shop_id or "")), ("reason", change.reason or ""))
            for by, group in groups:
                place = (by, group, change.currency or "")
                cases[place] += 1
                amounts[place] += change.amount or 0
        if cases:
            _add(session, what_if_id, cases, amounts)


def _add(
    session: Session,
    what_if_id: uuid.UUID,
    cases: Counter[tuple[str, str, str]],
    amounts: Counter[tuple[str, str, str]],
) -> None:
    insert = postgresql.insert(WhatIfSum)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["what_if_id", "grouped_by", "group_key", "currency"],
            set_={
                "cases": WhatIfSum.cases + insert.excluded.cases,
                "amount": WhatIfSum.amount + insert.excluded.amount,
            },
        ),
        [
            {
                "what_if_id": what_if_id,
                "by": by,
                "group": group,
                "currency": currency,
                "cases": cases[by, group, currency],
                "amount": amounts[by, group, currency],
            }
            for by, group, currency in cases
        ],
    )


def _names(session: Session, groups: Sequence[str]) -> dict[str, str]:
    ids = [uuid.UUID(group) for group in groups if group]
    found = session.execute(sa.select(Shop.id, Shop.name).where(Shop.id.in_(ids)))
    return {str(shop_id): name for shop_id, name in found}
