"""Decision tables that were asked in a step, as people read them: which rows answered, in which version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.runtime import Engine
from engine.tables import DecisionRecord, DecisionVersion, ProcessDefinition
from engine.values import JSON

VERSIONS_LIMIT = 50


@dataclass(frozen=True, kw_only=True)
class MatchedRule:
    """A row of a table that answered: its number, from 1, and what its author wrote about it."""

    number: int
    description: str


@dataclass(frozen=True, kw_only=True)
class ExplainedDecision:
    """What a table answered, and why.

    Attributes:
        table: The table's name.
        process_name: The process with whose version the table came.
        version: Of that process: it has a new one whenever a table that it asks changes.
        table_version: Of the table itself, with who deployed it and when; None for answers from
            before tables had versions.
    """

    decision_id: str
    table: str
    process_name: str
    version: int
    table_version: DecisionVersion | None
    at: dt.datetime
    outputs: Mapping[str, JSON]
    rules: tuple[MatchedRule, ...]


def explained_decision(
    engine: Engine, session: Session, business_key: str, decision_id: str
) -> ExplainedDecision | None:
    """Explain the latest answer of a table for a business key; None if none was recorded."""
    record, definition, of_table = DecisionRecord, ProcessDefinition, DecisionVersion
    found = session.execute(
        sa.select(record, definition, of_table)
        .join(definition, definition.id == record.definition_id)
        .outerjoin(
            of_table,
            sa.and_(of_table.decision_id == record.decision_id, of_table.digest == record.digest),
        )
        .where(record.business_key == business_key, record.decision_id == decision_id)
        .order_by(record.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    asked, version, table_version = found
    table = engine.definitions.get(session, version.id).program.decisions[decision_id]
    return ExplainedDecision(
        decision_id=decision_id,
        table=table.name,
        process_name=version.name,
        version=version.version,
        table_version=table_version,
        at=asked.at,
        outputs=asked.outputs,
        rules=tuple(
            MatchedRule(number=rule.number, description=rule.description)
            for rule in table.rules
            if rule.id in asked.rules
        ),
    )


def table_versions(session: Session, decision_id: str) -> Sequence[DecisionVersion]:
    """Return the latest versions of a table, newest first."""
    version = DecisionVersion
    query = sa.select(version).where(version.decision_id == decision_id).order_by(version.version.desc())
    return session.scalars(query.limit(VERSIONS_LIMIT)).all()
