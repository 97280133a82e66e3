"""Decision tables that were asked in a step, as people read them: which rows answered, in which version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.runtime import Engine
from engine.tables import DecisionRecord, ProcessDefinition
from engine.values import JSON


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
    """

    decision_id: str
    table: str
    process_name: str
    version: int
    at: dt.datetime
    outputs: Mapping[str, JSON]
    rules: tuple[MatchedRule, ...]


def explained_decision(
    engine: Engine, session: Session, business_key: str, decision_id: str
) -> ExplainedDecision | None:
    """Explain the latest answer of a table for a business key; None if none was recorded."""
    record, definition = DecisionRecord, ProcessDefinition
    found = session.execute(
        sa.select(record, definition)
        .join(definition, definition.id == record.definition_id)
        .where(record.business_key == business_key, record.decision_id == decision_id)
        .order_by(record.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    asked, version = found
    table = engine.definitions.get(session, version.id).program.decisions[decision_id]
    return ExplainedDecision(
        decision_id=decision_id,
        table=table.name,
        process_name=version.name,
        version=version.version,
        at=asked.at,
        outputs=asked.outputs,
        rules=tuple(
            MatchedRule(number=rule.number, description=rule.description)
            for rule in table.rules
            if rule.id in asked.rules
        ),
    )
