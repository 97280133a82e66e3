"""Versions of decision tables: a number for each content, with who deployed it first and when.

A process has a new version whenever anything that it consists of changes; a table only when the
table itself does. What a table answered is kept with the digest of the table that answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.spiff.decisions import Decision
from engine.tables import DecisionVersion


def number_tables(
    session: Session, decisions: Iterable[Decision], *, deployed_by: str, now: dt.datetime, note: str
) -> None:
    """Give each table that wasn't deployed before its number; one that was keeps its own.

    Two that did this at once could choose the same number, of which the second would be refused: the
    caller holds the lock of deployments.

    Args:
        deployed_by: The id of whoever deployed them.
    """
    for decision in decisions:
        latest = sa.select(sa.func.coalesce(sa.func.max(DecisionVersion.version), 0) + 1).where(
            DecisionVersion.decision_id == decision.id
        )
        session.execute(
            insert(DecisionVersion)
            .values(
                decision_id=decision.id,
                version=latest.scalar_subquery(),
                digest=decision.digest,
                name=decision.name,
                deployed_at=now,
                deployed_by=deployed_by,
                note=note,
            )
            .on_conflict_do_nothing(index_elements=["decision_id", "digest"])
        )
