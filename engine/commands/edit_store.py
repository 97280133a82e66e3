"""Mending the value of a data store by hand: previewed, fenced by the version that was seen, and recorded.

The conditions that start processes look at the new value as at any other that is written.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.fencing import tried
from engine.commands.record import NO_PROCESS, checked_reason, record
from engine.commands.variables import check_variables
from engine.errors import Kind, NotFound, TuidanError
from engine.runtime import Engine
from engine.spiff.stores import Store, StoreFull
from engine.start_conditions import look
from engine.tables import DataStore
from engine.values import JSON


class StoreNotFound(NotFound):
    """There is no such data store."""

    code = "store.not_found"


class StoreChanged(TuidanError):
    """The data store was written since you looked; look at its new value before you decide."""

    code = "store.changed_meanwhile"
    kind = Kind.CONFLICT


class StoreTypeDiffers(TuidanError):
    """The data store holds {before}, and not {after}; say so if it is to hold that from now on."""

    code = "store.type_differs"


class StoreOverfull(TuidanError):
    """The data store holds a list or an object of {capacity} entries at most."""

    code = "store.overfull"


class StoreUnchanged(TuidanError):
    """The data store has that value already; there is nothing to change."""

    code = "store.unchanged"


@dataclass(frozen=True, kw_only=True)
class StoreEdit:
    """What a change of a store's value does.

    Attributes:
        starts: The processes that a condition starts by it.
    """

    before: JSON
    after: JSON
    starts: tuple[str, ...]


def preview_store(engine: Engine, store_id: str, value: JSON, *, retype: bool = False) -> StoreEdit:
    """Find out what a new value would do.

    Raises:
        TuidanError: What :func:`edit_store` would raise, but for the version and the reason.
    """
    return tried(engine, lambda session: _write(engine, session, _locked(session, store_id), value, retype))


def edit_store(
    engine: Engine,
    session: Session,
    store_id: str,
    value: JSON,
    *,
    version: int,
    retype: bool = False,
    reason: str,
    actor: Actor,
) -> StoreEdit:
    """Give a data store another value.

    Args:
        version: How often it had been written when its author looked.
        retype: Whether it may hold another kind of value than before, such as a list in place of a number.

    Raises:
        ReasonMissing: If no reason is given.
        StoreChanged: If it was written meanwhile.
        StoreNotFound: If there is none of that id.
        StoreOverfull: If it has a capacity, and the value has too many entries, or none at all.
        StoreTypeDiffers: If the value is of another kind, unless ``retype``.
        StoreUnchanged: If it has that value.
        VariableInvalid: If the value can't be kept.
        VariablesTooLarge: If it is.
    """
    reason = checked_reason(reason)
    store = _locked(session, store_id)
    if store.version != version:
        raise StoreChanged
    edit = _write(engine, session, store, value, retype)
    changes = {
        "store": store_id,
        "before": edit.before,
        "after": edit.after,
        "version": store.version,
        "starts": list(edit.starts),
    }
    now = engine.clock.now()
    record(session, "edit_store", NO_PROCESS, now=now, actor=actor, reason=reason, changes=changes)
    return edit


def kind_of(value: JSON) -> str:
    """The kind of a value, as JSON names it: ``number`` or ``array``, for example."""
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


def _locked(session: Session, store_id: str) -> DataStore:
    query = sa.select(DataStore).where(DataStore.id == store_id).with_for_update()
    store = None if "\0" in store_id else session.scalars(query).one_or_none()
    if store is None:
        raise StoreNotFound
    return store


def _write(engine: Engine, session: Session, store: DataStore, value: JSON, retype: bool) -> StoreEdit:
    check_variables({"value": value})
    before = store.value
    if kind_of(before) == kind_of(value) and before == value:
        raise StoreUnchanged
    if before is not None and kind_of(before) != kind_of(value) and not retype:
        raise StoreTypeDiffers(before=kind_of(before), after=kind_of(value))
    try:
        Store(store.id, store.name, store.capacity).check(value)
    except StoreFull as error:
        raise StoreOverfull(capacity=store.capacity) from error
    now = engine.clock.now()
    store.value, store.version = value, store.version + 1
    store.written_at, store.written_by, store.element_id = now, None, None
    session.flush()
    starts = look(session, {store.id}, now)
    return StoreEdit(before=before, after=value, starts=tuple(sorted(starts)))
