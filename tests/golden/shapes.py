"""What a state's JSON looks like, without what it says: its keys, and the types of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def shapes(states: Iterable[dict[str, Any]]) -> set[str]:
    """Every shape that occurs in states: of their parts, rows and what tasks remember."""
    found: set[str] = set()
    for state in states:
        found.add(_keys("instance", state))
        for part in (state, *state["subprocesses"]):
            if part is not state:
                found.add(_keys("subprocess", part))
            for row in part["tasks"]:
                found.update(_row(row))
    return found


def _row(row: list[Any]) -> Iterable[str]:
    yield f"task: {', '.join(_type(item) for item in row[:6])}"
    data = row[6]
    yield f"data: {[_type(item) for item in data] if isinstance(data, list) else _type(data)}"
    if len(row) > 7:
        remembered = row[7]
        for name, value in remembered.items():
            yield f"remembered {name}: {_type(value)}"
    if len(row) > 8:
        yield f"written: {', '.join(sorted({_type(stamp) for stamp in row[8].values()}))}"
    if len(row) > 9:
        yield f"more: {row[9:]}"


def _keys(what: str, content: dict[str, Any]) -> str:
    return f"{what}: {', '.join(f'{name} {_type(content[name])}' for name in sorted(content))}"


def _type(value: Any) -> str:
    return type(value).__name__
