"""Data stores in the database: read within a step, and written down with it.

A store is one row, with one value. A step that touches a store of its process first locks, in the order of
their names, all those that the process can write, so that no two steps read a value, compute another from
it and overwrite each other's. Stores that the process only reads are not locked.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.spiff.stores import Store, StoredValue
from engine.start_conditions import look
from engine.tables import DataStore
from engine.values import JSON

_READ = sa.text("SELECT id, value FROM data_store WHERE id = ANY(:names)")
_LOCK = sa.text("SELECT id, value FROM data_store WHERE id = ANY(:names) ORDER BY id FOR UPDATE")
_WRITE = sa.text("""
    INSERT INTO data_store (id, name, value, version, written_at, written_by, element_id)
    SELECT w.store, w.store, w.value, 1, CAST(:now AS timestamptz), CAST(:instance_id AS uuid), w.element_id
    FROM jsonb_to_recordset(CAST(:written AS jsonb)) AS w(store text, value jsonb, element_id text)
    ORDER BY w.store
    ON CONFLICT (id) DO UPDATE SET value = excluded.value, version = data_store.version + 1,
        written_at = excluded.written_at, written_by = excluded.written_by, element_id = excluded.element_id
""")


def declare(session: Session, stores: Iterable[Store]) -> None:
    """Let there be a row for each store of a deployment; its value stays."""
    for store in sorted(stores, key=lambda one: one.id):
        values = {"id": store.id, "name": store.name, "capacity": store.capacity, "version": 0}
        session.execute(
            insert(DataStore)
            .values(values)
            .on_conflict_do_update(
                index_elements=["id"], set_={"name": store.name, "capacity": store.capacity}
            )
        )


def read_stores(session: Session, reading: Iterable[str], writing: Iterable[str]) -> Mapping[str, JSON]:
    """Return the values of stores by their ids; those that may be written are locked first."""
    found: dict[str, JSON] = {}
    for statement, names in ((_LOCK, sorted(writing)), (_READ, sorted(reading))):
        if names:
            found |= {row.id: row.value for row in session.execute(statement, {"names": names})}
    return found


def write_stores(
    session: Session, written: Sequence[StoredValue], instance_id: uuid.UUID, now: dt.datetime
) -> None:
    """Write down what a step has written to data stores, and start what waits for that."""
    if not written:
        return
    rows = [{"store": one.store, "value": one.value, "element_id": one.element_id} for one in written]
    parameters = {"written": json.dumps(rows, ensure_ascii=False), "now": now, "instance_id": instance_id}
    session.execute(_WRITE, parameters)
    look(session, {one.store for one in written}, now)
