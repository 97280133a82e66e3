"""How the database means to answer what is asked of it, for tests that lists are read by their indexes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session


@contextmanager
def plans_of(session: Session, *switched_off: str) -> Iterator[list[str]]:
    """Collect the plan of each statement that a session sends.

    Args:
        session: Of the transaction; what is switched off stays so until its end.
        switched_off: Ways of the planner that few rows would otherwise make it choose, such as ``seqscan``.
    """
    for way in switched_off:
        session.execute(sa.text(f"SET LOCAL enable_{way} = off"))
    connection, plans = session.connection(), list[str]()

    def explain(*call: Any) -> tuple[Any, Any]:
        rows = connection.connection.cursor().execute(f"EXPLAIN {call[2]}", call[3]).fetchall()
        plans.append("\n".join(line for (line,) in rows))
        return call[2], call[3]

    sa.event.listen(connection, "before_cursor_execute", explain, retval=True)
    try:
        yield plans
    finally:
        sa.event.remove(connection, "before_cursor_execute", explain)
