"""The inventory of personal data names every column that can hold words, and says what becomes of it."""

from __future__ import annotations

import re

import sqlalchemy as sa

from processes.privacy.words import WRITTEN
from webapp.settings import PROJECT
from webapp.tables import all_tables

WORDS = (sa.Text, sa.String, sa.JSON, sa.LargeBinary, sa.ARRAY)
NAME = re.compile(r"`([a-z_]+\.[a-z0-9_]+)`")


def _rows(heading: str) -> list[str]:
    text = (PROJECT / "docs" / "personal-data.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [name for line in section.splitlines() if line.startswith("| ") for name in NAME.findall(line)]


def test_every_column_that_can_hold_words_is_kept_with_a_reason_or_erased() -> None:
    erased, kept = _rows("Erased"), _rows("Kept")
    named = erased + kept
    assert sorted(named) == sorted(set(named)), "a column stands twice in docs/personal-data.md"
    columns = {
        f"{table.name}.{column.name}"
        for table in all_tables().tables.values()
        for column in table.columns
        if isinstance(column.type, WORDS)
    }
    missing = sorted(columns - set(named))
    assert not missing, (
        "say in docs/personal-data.md why these are kept, or let processes/privacy/words.py erase them: "
        f"{missing}"
    )
    assert set(named) <= columns, "docs/personal-data.md names columns that are gone"


def test_what_is_erased_by_its_author_stands_in_the_inventory() -> None:
    erased = set(_rows("Erased"))
    for place in WRITTEN:
        assert f"{place.table.__tablename__}.{place.words.key}" in erased
