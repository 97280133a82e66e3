"""Long work in batches: a chain of jobs, each of which does a part and asks for the next.

What has been done is in the database, so a chain goes on after a worker's death where it was,
and a job that comes twice finds nothing left to do.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.runtime import Engine

_DEFER = sa.text("""
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('engine', 'engine.run_batch', 0, NULL, NULL,
        jsonb_build_object('kind', CAST(:kind AS text), 'subject', CAST(:subject AS uuid)),
        NULL)::procrastinate_job_to_defer_v1])
""")


def ask_for_batch(session: Session, kind: str, subject: uuid.UUID) -> None:
    """Let a worker do the next part of something, once the caller's transaction is committed.

    Args:
        kind: As it is registered in :attr:`Engine.batches`.
        subject: What it is about, such as the id of a migration.
    """
    session.execute(_DEFER, {"kind": kind, "subject": subject})


def run_batch(engine: Engine, kind: str, subject: uuid.UUID) -> None:
    """Do one part, and ask for the next unless there is none."""
    if engine.batches[kind](subject):
        with engine.transaction() as session:
            ask_for_batch(session, kind, subject)
