"""Searching texts for a part of them, by an index of the pairs of characters that stand in them.

Words of Chinese have no spaces between them and are mostly two characters long, too short for
trigrams, and the extension for those depends on a database's locale. So each text is indexed by
its pairs of neighbouring characters: a part of it has all pairs of its own there, whatever the
script. What has the pairs in another order is sorted out by looking at the text itself.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import InstrumentedAttribute

from engine.database import Base

PAIRS_FUNCTION = """
CREATE OR REPLACE FUNCTION search_pairs(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(words, n, 2)), '{}')
      FROM generate_series(1, length(words) - 1) AS n
$$
"""

PENDING_KILOBYTES = 256
"""What has come last is looked through one by one up to this much, and then put into the index."""


def pairs_of(text: str) -> list[str]:
    """The pairs of neighbouring characters, each once; none in a single character."""
    return sorted({text[n : n + 2] for n in range(len(text) - 1)})


def pairs_index(name: str, column: str) -> sa.Index:
    """The index that :func:`contains` uses; the table is made searchable by :func:`searchable`."""
    return sa.Index(
        name,
        sa.func.search_pairs(sa.column(column)),
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": PENDING_KILOBYTES},
    )


def lowered_index(name: str, column: str, where: str) -> sa.Index:
    """The index that :func:`has_pairs` uses, of those rows for which a condition holds."""
    return sa.Index(
        name,
        sa.func.search_pairs(sa.func.lower(sa.column(column))),
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": PENDING_KILOBYTES},
        postgresql_where=sa.text(where),
    )


def searchable(model: type[Base]) -> None:
    """Let the function be there when a model's table is created from its metadata."""

    def run(_target: sa.Table, connection: sa.Connection, **_options: object) -> None:
        connection.exec_driver_sql(PAIRS_FUNCTION)

    sa.event.listen(model.__table__, "before_create", run)


def has_pairs(column: InstrumentedAttribute[str], words: str) -> sa.ColumnElement[bool]:
    """Whether a text has all pairs of some words whatever their case, found by :func:`lowered_index`."""
    found: sa.ColumnElement[bool] = _pairs(sa.func.lower(column)).contains(_pairs(sa.func.lower(words)))
    return found


def contains(column: InstrumentedAttribute[str], words: str) -> sa.ColumnElement[bool]:
    """Whether a text has words in it, found by its index; a single character is looked for in each text."""
    inside = column.contains(words, autoescape=True)
    pairs = pairs_of(words)
    if not pairs:
        return inside
    return sa.and_(_pairs(column).contains(pairs), inside)


def _pairs(text: Any) -> Any:
    return sa.func.search_pairs(text, type_=postgresql.ARRAY(sa.Text))
