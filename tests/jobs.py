"""A worker's work, done in the test's own thread, so that a test can say when."""

from __future__ import annotations

import contextlib
import functools
import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine import Engine
from engine.batches import run_batch
from engine.due_starts import start_due
from engine.failures import StepFailed
from engine.retries.running import wake_retries
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
        start_due(engine)
        wake_retries(engine)
        jobs = take_jobs(engine.transaction)
        if not jobs:
            return done
        for name, arguments in jobs:
            done += 1
            if name == "engine.run_batch":
                run_batch(engine, arguments["kind"], uuid.UUID(arguments["subject"]))
            elif name == "engine.call_service":
                key = (uuid.UUID(arguments["instance_id"]), arguments["element_instance"])
                _quietly(functools.partial(call_service, engine, *key))
            elif name == "engine.deliver_messages":
                _quietly(functools.partial(engine.deliver_messages, **arguments))
            elif name == "engine.deliver_signals":
                for instance_id in arguments["instances"]:
                    _quietly(functools.partial(engine.deliver_signals, uuid.UUID(instance_id)))
            else:
                for instance_id, element_instance, kind in arguments["timers"]:
                    one = (uuid.UUID(instance_id), element_instance, kind)
                    _quietly(functools.partial(fire_timers, engine, [one]))


def _quietly(job: Callable[[], None]) -> None:
    with contextlib.suppress(StepFailed):
        job()
