"""What-if runs as analysts read them, and the decisions that would come out otherwise one by one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import NotFound
from processes.automation.tables import WhatIf, WhatIfChange

RUNS_LIMIT = 20


class WhatIfNotFound(NotFound):
    """There is no such run."""

    code = "what_if.not_found"


@dataclass(frozen=True, kw_only=True)
class ChangePage:
    """A page of changes, oldest first; ``next`` is the key that the next page follows."""

    rows: tuple[WhatIfChange, ...]
    next: int | None


def what_if_runs(session: Session) -> Sequence[WhatIf]:
    """Return the latest runs, newest first."""
    query = sa.select(WhatIf).options(sa.orm.defer(WhatIf.text)).where(WhatIf.status != "deleted")
    return session.scalars(query.order_by(WhatIf.id.desc()).limit(RUNS_LIMIT)).all()


def what_if_run(session: Session, what_if_id: uuid.UUID, *, lock: bool = False) -> WhatIf:
    """Return a run.

    Raises:
        WhatIfNotFound: There is none of that id, or it was deleted.
    """
    found = session.get(WhatIf, what_if_id, populate_existing=True, with_for_update=lock)
    if found is None or found.status == "deleted":
        raise WhatIfNotFound
    return found


def changes(
    session: Session, what_if_id: uuid.UUID, *, after: int | None = None, limit: int = 30
) -> ChangePage:
    """Return the decisions that would come out otherwise."""
    query = sa.select(WhatIfChange).where(WhatIfChange.what_if_id == what_if_id)
    if after is not None:
        query = query.where(WhatIfChange.record_id > after)
    found = session.scalars(query.order_by(WhatIfChange.record_id).limit(limit + 1)).all()
    more = len(found) > limit
    return ChangePage(rows=tuple(found[:limit]), next=found[limit - 1].record_id if more else None)
