"""A worker's work, done in the test's own thread, so that a test can say when."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from engine import Engine
from engine.batches import run_batch
from engine.failures import StepFailed
from engine.services import call_service, fire_timers, promote_timers
from engine.stepping import Transaction


def take_jobs(transaction: Transaction) -> list[tuple[str, dict[str, Any]]]:
    """Take every waiting job out of the queue."""
    with transaction() as session:
        rows = session.execute(
            sa.text("""
                WITH taken AS (
                    DELETE FROM procrastinate_jobs WHERE status = 'todo' RETURNING id, task_name, args
                )
                SELECT task_name, args FROM taken ORDER BY id
            """)
        ).all()
        return [(name, arguments) for name, arguments in rows]


def run_due_work(engine: Engine) -> int:
    """Promote timers and do jobs until nothing is due; returns how many jobs were done.

    A step that fails leaves its incident, as in a worker.
    """
    done = 0
    while True:
        promote_timers(engine)
        jobs = take_jobs(engine.transaction)
        if not jobs:
            return done
        for name, arguments in jobs:
            done += 1
            try:
                if name == "engine.run_batch":
                    run_batch(engine, arguments["kind"], uuid.UUID(arguments["subject"]))
                elif name == "engine.call_service":
                    call_service(engine, uuid.UUID(arguments["instance_id"]), arguments["element_instance"])
                else:
                    fire_timers(engine, [(uuid.UUID(i), n, kind) for i, n, kind in arguments["timers"]])
            except StepFailed:
                continue
