"""The worker: does jobs, promotes due timers, and takes back what a dead worker left behind.

Any number of workers run on one database. A worker that is killed leaves its jobs marked as
being done; when its heartbeat has been silent for a while, another takes them back.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import procrastinate
import sqlalchemy as sa
from procrastinate import PsycopgConnector

from engine.batches import run_batch
from engine.due_starts import start_due
from engine.failures import LostRace, StepFailed
from engine.retries.running import wake_retries
from engine.runtime import Engine
from engine.services import call_service, fire_timers, promote_timers

PROMOTE_SECONDS = 0.5
HOUSEKEEPING_SECONDS = 5.0
HEARTBEAT_SECONDS = 5.0
SILENT_SECONDS = 20.0
PROMOTE_LIMIT = 2_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Chore:
    """Something that each worker does again and again; harmless when several do it at once.

    Attributes:
        do: Does it; True if there may be more to do at once.
        every: Seconds between two times.
    """

    do: Callable[[], bool | None]
    every: float = 3_600.0


def build_app(engine: Engine, database_url: str) -> procrastinate.App:
    """The job queue with the engine's tasks on it; opened by the caller."""
    address = sa.make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = procrastinate.App(connector=PsycopgConnector(conninfo=address, min_size=1, max_size=4))
    # A lost race or a database that went away for a moment is tried again; a failed step has left
    # an incident and isn't.
    again = procrastinate.RetryStrategy(
        max_attempts=10, exponential_wait=2, retry_exceptions=[LostRace, sa.exc.OperationalError]
    )

    @app.task(name="engine.call_service", queue="engine", retry=again)
    def _call_service(instance_id: str, element_instance: int) -> None:
        _quietly(functools.partial(call_service, engine, uuid.UUID(instance_id), element_instance))

    @app.task(name="engine.fire_timers", queue="engine", retry=again)
    def _fire_timers(timers: list[list[str | int]]) -> None:
        for instance_id, element_instance, kind in timers:
            one = (uuid.UUID(str(instance_id)), int(element_instance), str(kind))
            _quietly(functools.partial(fire_timers, engine, [one]))

    @app.task(name="engine.deliver_messages", queue="engine", retry=again)
    def _deliver_messages(message: str, business_key: str) -> None:
        _quietly(functools.partial(engine.deliver_messages, message, business_key))

    @app.task(name="engine.deliver_signals", queue="engine", retry=again)
    def _deliver_signals(instances: list[str]) -> None:
        for instance_id in instances:
            _quietly(functools.partial(engine.deliver_signals, uuid.UUID(instance_id)))

    @app.task(name="engine.run_batch", queue="engine", retry=again)
    def _run_batch(kind: str, subject: str) -> None:
        run_batch(engine, kind, uuid.UUID(subject))

    return app


def _quietly(job: Callable[[], None]) -> None:
    """A failed step has been recorded as an incident; the job itself is done."""
    try:
        job()
    except StepFailed:
        log.warning("a step failed and left an incident", exc_info=True)


def run(
    engine: Engine,
    database_url: str,
    *,
    concurrency: int = 4,
    stop: threading.Event | None = None,
    chores: Sequence[Chore] = (),
) -> None:
    """Work until ``stop`` is set: jobs in threads, timers and housekeeping beside them.

    Args:
        concurrency: How many jobs this process does at once.
        stop: Set it to end; running jobs are finished first.
        chores: Done at the start and then again and again, by each worker.

    Raises:
        Exception: Whatever ended it, if it wasn't ``stop``: a worker that only seems to live
            would be worse than one that is started again.
    """
    asyncio.run(_run(engine, database_url, concurrency, stop or threading.Event(), chores))


async def _run(
    engine: Engine,
    database_url: str,
    concurrency: int,
    stop: threading.Event,
    chores: Sequence[Chore],
) -> None:
    app = build_app(engine, database_url)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=["engine"],
                concurrency=concurrency,
                wait=True,
                fetch_job_polling_interval=1.0,
                install_signal_handlers=False,
                delete_jobs="always",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=SILENT_SECONDS,
                shutdown_graceful_timeout=30,
            )
        )
        promoting = asyncio.create_task(_promote(engine, stop))
        keeping = asyncio.create_task(_keep_house(engine, app, stop))
        doing_chores = [asyncio.create_task(_do_again_and_again(chore, stop)) for chore in chores]
        parts = (worker, promoting, keeping, *doing_chores)
        while not stop.is_set() and not any(part.done() for part in parts):
            await asyncio.sleep(0.1)
        stop.set()
        worker.cancel()
        ended = await asyncio.gather(*parts, return_exceptions=True)
        await asyncio.to_thread(_leave, engine)
    for result in ended:
        if isinstance(result, Exception):
            raise result


async def _promote(engine: Engine, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            promoted = await asyncio.to_thread(promote_timers, engine, limit=PROMOTE_LIMIT)
            await asyncio.to_thread(start_due, engine)
        except sa.exc.SQLAlchemyError:
            log.exception("timers could not be promoted; trying again")
            promoted = 0
        if promoted < PROMOTE_LIMIT:
            await asyncio.sleep(PROMOTE_SECONDS)


async def _keep_house(engine: Engine, app: procrastinate.App, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            await asyncio.to_thread(_beat, engine)
            await asyncio.to_thread(wake_retries, engine)
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
                await app.job_manager.retry_job(job)
        except (sa.exc.SQLAlchemyError, procrastinate.exceptions.ProcrastinateException):
            log.exception("housekeeping failed; trying again")
        await _pause(HOUSEKEEPING_SECONDS, stop)


async def _do_again_and_again(chore: Chore, stop: threading.Event) -> None:
    while not stop.is_set():
        more: bool | None = False
        try:
            more = await asyncio.to_thread(chore.do)
        except sa.exc.SQLAlchemyError:
            log.exception("a chore failed; it is done again later")
        if not more:
            await _pause(chore.every, stop)


async def _pause(seconds: float, stop: threading.Event) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stop.is_set():
        await asyncio.sleep(0.1)


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _leave(engine: Engine) -> None:
    """Say good-bye, so that nobody counts on this worker any more."""
    with engine.transaction() as session:
        session.execute(sa.text("DELETE FROM worker_heartbeat WHERE worker = :name"), {"name": _name()})


def _beat(engine: Engine) -> None:
    with engine.transaction() as session:
        session.execute(
            sa.text("""
                INSERT INTO worker_heartbeat (worker, started_at, seen_at) VALUES (:name, now(), now())
                ON CONFLICT (worker) DO UPDATE SET seen_at = now()
            """),
            {"name": _name()},
        )
        session.execute(sa.text("DELETE FROM worker_heartbeat WHERE seen_at < now() - interval '1 hour'"))
