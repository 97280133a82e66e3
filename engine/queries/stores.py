"""Data stores as operators see them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.commands.edit_store import StoreNotFound
from engine.tables import DataStore

# Of a longer value, a list shows the beginning.
SHOWN_LENGTH = 2_000


@dataclass(frozen=True, kw_only=True)
class StoreRow:
    """A data store in a list.

    Attributes:
        value: The beginning of its value as JSON; None if nothing was written yet.
        length: How many characters the whole value has as JSON.
        version: How often it was written.
        written_by: The instance that wrote it last; None if that was an operator.
    """

    id: str
    name: str
    capacity: int | None
    value: str | None
    length: int
    version: int
    written_at: dt.datetime | None
    written_by: uuid.UUID | None
    element_id: str | None


@dataclass(frozen=True, kw_only=True)
class StorePage:
    """A page of data stores, by their ids; ``next`` is the id that the next page follows."""

    rows: tuple[StoreRow, ...]
    next: str | None


def find_stores(session: Session, *, after: str = "", limit: int = 20) -> StorePage:
    """Return a page of data stores."""
    text = sa.cast(DataStore.value, sa.Text)
    query = (
        sa.select(
            DataStore.id,
            DataStore.name,
            DataStore.capacity,
            sa.func.left(text, SHOWN_LENGTH).label("value"),
            sa.func.coalesce(sa.func.length(text), 0).label("length"),
            DataStore.version,
            DataStore.written_at,
            DataStore.written_by,
            DataStore.element_id,
        )
        .where(DataStore.id > after)
        .order_by(DataStore.id)
        .limit(limit + 1)
    )
    rows = [StoreRow(**row) for row in session.execute(query).mappings()]
    return StorePage(rows=tuple(rows[:limit]), next=rows[limit - 1].id if len(rows) > limit else None)


def store_of(session: Session, store_id: str) -> DataStore:
    """Return a data store with its whole value.

    Raises:
        StoreNotFound: If there is none of that id.
    """
    found = None if "\0" in store_id else session.get(DataStore, store_id)
    if found is None:
        raise StoreNotFound
    return found
