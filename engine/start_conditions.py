"""Conditions that start a process: they read data stores, and are looked at whenever one of them is written.

A condition starts an instance when it becomes true, of the version that is released; to start another it has
to become false first. Locks are taken in one order by all: stores, conditions.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.sending import start_later
from engine.spiff.language import evaluate, names_read
from engine.start_timers import other_versions
from engine.tables import DataStore, StartCondition, StartTrigger
from engine.values import JSON

_AFFECTED = sa.text("""
    SELECT c.definition_id, c.element_id, c.place, c.held, t.name AS condition, d.process_id
    FROM start_condition c
    JOIN start_trigger t ON t.definition_id = c.definition_id AND t.element_id = c.element_id
        AND t.place = c.place
    JOIN process_definition d ON d.id = c.definition_id
    WHERE c.stores && CAST(:written AS text[])
    ORDER BY c.definition_id, c.element_id, c.place FOR UPDATE OF c
""")


def arm(session: Session, definition_id: uuid.UUID) -> None:
    """Let the conditions of a version that has just been released start it, and no other version.

    One that holds already starts nothing: it doesn't become true.
    """
    trigger = StartTrigger
    wanted = sa.select(trigger).where(trigger.definition_id == definition_id, trigger.kind == "condition")
    triggers = session.scalars(wanted.order_by(trigger.element_id, trigger.place)).all()
    names = {name for one in triggers for name in names_read(one.name, "eval")}
    # Who writes one of them meanwhile waits, and then finds the conditions.
    values = _values(session, names, lock=True)
    session.execute(
        sa.delete(StartCondition).where(StartCondition.definition_id.in_(other_versions(definition_id)))
    )
    for one in triggers:
        row = {
            "definition_id": definition_id,
            "element_id": one.element_id,
            "place": one.place,
            "stores": sorted(names_read(one.name, "eval")),
            "held": _holds(one.name, values) is True,
        }
        session.execute(insert(StartCondition).values(row).on_conflict_do_nothing())


def look(session: Session, written: Collection[str], now: dt.datetime) -> list[str]:
    """Start what a condition starts that has become true by what has just been written.

    One that can't be computed is on its way, too: its start fails, and leaves an incident.

    Returns:
        The processes of which an instance is started.
    """
    started = []
    rows = session.execute(_AFFECTED, {"written": sorted(written)}).all()
    names = {name for row in rows for name in names_read(row.condition, "eval")}
    values = _values(session, names) if rows else {}
    for row in rows:
        holds = _holds(row.condition, values)
        if holds is None or (holds and not row.held):
            key = f"{row.process_id}:{row.element_id}:{row.place}:{now.astimezone(dt.UTC).isoformat()}"
            start_later(session, row.process_id, row.element_id, row.place, row.condition, key, now)
            started.append(row.process_id)
        if (holds is True) != row.held:
            session.execute(
                sa.update(StartCondition)
                .where(
                    StartCondition.definition_id == row.definition_id,
                    StartCondition.element_id == row.element_id,
                    StartCondition.place == row.place,
                )
                .values(held=holds is True)
            )
    return started


def check(session: Session, condition: str) -> None:
    """Compute a condition that is about to start something.

    That it doesn't hold any more is no reason not to start: it has become true.

    Raises:
        Exception: Whatever keeps it from being computed.
    """
    evaluate(condition, dict(_values(session, names_read(condition, "eval"))))


def _values(session: Session, names: Collection[str], *, lock: bool = False) -> Mapping[str, JSON]:
    """The values of data stores; None for one that has none."""
    query = sa.select(DataStore.id, DataStore.value).where(DataStore.id.in_(names)).order_by(DataStore.id)
    if lock:
        query = query.with_for_update(read=True)
    found: dict[str, Any] = dict.fromkeys(names)
    if names:
        found |= {row.id: row.value for row in session.execute(query)}
    return found


def _holds(condition: str, values: Mapping[str, JSON]) -> bool | None:
    """Whether a condition holds; None if it can't be computed."""
    try:
        return bool(evaluate(condition, dict(values)))
    except Exception:  # noqa: BLE001 - it is a person's, and raises whatever it likes
        return None
