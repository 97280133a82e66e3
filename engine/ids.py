"""Identifiers: time-ordered UUIDs, so that new rows land at the end of an index."""

from __future__ import annotations

import datetime as dt
import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    """Return a new UUID of version 7 (RFC 9562)."""
    return uuid_utils.compat.uuid7()


def first_id_at(instant: dt.datetime) -> uuid.UUID:
    """Return what no id of that millisecond or later lies below."""
    return uuid.UUID(int=int(instant.timestamp() * 1_000) << 80)


def user_task_id(instance_id: uuid.UUID, element_instance: int) -> uuid.UUID:
    """The id of a user task: the same whenever it is computed, so that history can name it."""
    return uuid.uuid5(instance_id, str(element_instance))


def choice_id(instance_id: uuid.UUID, element_instance: int, element_id: str) -> uuid.UUID:
    """The id under which an activity of an open ad-hoc subprocess is offered."""
    return uuid.uuid5(instance_id, f"{element_instance}:{element_id}")
