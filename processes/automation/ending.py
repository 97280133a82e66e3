"""Ending what-if runs: stopped or deleted by whoever asked for them, and forgotten after a while."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Kind, TuidanError
from processes.automation.reading import what_if_run
from processes.automation.tables import WhatIf, WhatIfChange, WhatIfSum

KEPT = dt.timedelta(days=90)
PART = 5_000


class WhatIfOfAnother(TuidanError):
    """Only {name}, who asked for this trial, can stop or delete it; it goes by itself after a while."""

    code = "what_if.of_another"
    kind = Kind.FORBIDDEN


class WhatIfEnded(TuidanError):
    """This trial has ended already; there is nothing to stop."""

    code = "what_if.ended"
    kind = Kind.CONFLICT


def stop_what_if(session: Session, what_if_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> None:
    """Replay no further; what was found so far stays. The batch on its way is finished first.

    Raises:
        WhatIfEnded: It doesn't run any more.
        WhatIfNotFound: There is none of that id.
        WhatIfOfAnother: Somebody else asked for it.
    """
    run = _own(session, what_if_id, actor)
    if run.status != "running":
        raise WhatIfEnded
    run.status, run.ended_at = "stopped", now


def delete_what_if(session: Session, what_if_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> None:
    """Let a run be seen by nobody any more; its rows go in parts, see :func:`forget_what_ifs`.

    Raises:
        WhatIfNotFound: There is none of that id, or it was deleted.
        WhatIfOfAnother: Somebody else asked for it.
    """
    run = _own(session, what_if_id, actor)
    run.status, run.ended_at = "deleted", now


def forget_what_ifs(session: Session, now: dt.datetime) -> bool:
    """Delete a part of a run that was deleted or is older than ``KEPT``.

    Returns:
        Whether there may be more to do at once.
    """
    run = session.scalar(
        sa.select(WhatIf)
        .where(sa.or_(WhatIf.status == "deleted", WhatIf.asked_at < now - KEPT))
        .order_by(WhatIf.asked_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if run is None:
        return False
    run.status = "deleted"
    change = WhatIfChange
    of_run = sa.select(change.record_id).where(change.what_if_id == run.id)
    ids = session.scalars(of_run.limit(PART)).all()
    session.execute(sa.delete(change).where(change.what_if_id == run.id, change.record_id.in_(ids)))
    if len(ids) < PART:
        session.execute(sa.delete(WhatIfSum).where(WhatIfSum.what_if_id == run.id))
        session.delete(run)
    return True


def _own(session: Session, what_if_id: uuid.UUID, actor: Actor) -> WhatIf:
    run = what_if_run(session, what_if_id, lock=True)
    if run.asked_by != actor.id:
        raise WhatIfOfAnother(name=run.asked_name)
    return run
