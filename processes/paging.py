"""Pages of lists by time: a page begins after the last row of the page before, wherever that is.

So each page costs the same, the first or the ten thousandth, and no row is skipped or shown
twice because another came meanwhile.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute


def token_of(at: dt.datetime | None, key: object) -> str:
    """What asks for the page after a row: its instant, and what tells it from others of that instant."""
    return f"{at.isoformat() if at else ''}_{key}"


def position_of(after: str | None) -> tuple[dt.datetime, str] | None:
    """Where a page starts: an instant and a key; None for the beginning, and for a token that isn't one."""
    instant, found, key = (after or "").partition("_")
    if not found or "\0" in key:
        return None
    try:
        at = dt.datetime.fromisoformat(instant)
    except ValueError:
        return None
    return (at, key) if at.tzinfo is not None else None


def older(
    after: str | None, at: sa.SQLColumnExpression[Any], key: InstrumentedAttribute[Any]
) -> sa.ColumnElement[bool]:
    """The rows behind where a page starts, in a list with the latest first; all of them at the beginning.

    Args:
        after: What :func:`token_of` made of the last row of the page before.
        at: The column of the instants.
        key: The column of what tells rows of one instant apart, ids or texts.
    """
    position = position_of(after)
    if position is None:
        return sa.true()
    last = uuid_or_none(position[1]) if isinstance(key.expression.type, sa.Uuid) else position[1]
    if last is None:
        return sa.true()
    return sa.tuple_(at, key) < sa.tuple_(sa.literal(position[0]), sa.literal(last))


def uuid_or_none(key: str) -> uuid.UUID | None:
    """A key that is an id; None for what isn't one."""
    try:
        return uuid.UUID(key)
    except ValueError:
        return None
