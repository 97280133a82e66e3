"""The command ``worker``."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

import click

from engine.worker import run
from webapp.chores import chores_of
from webapp.cli.composed import composed
from webapp.cli.logs import log_to_stderr
from webapp.production import check_before_start
from webapp.supervisor import lifeline


@click.command()
@click.option(
    "--concurrency", type=click.IntRange(1, 256), help="Jobs at a time; TUIDAN_WORKER_CONCURRENCY otherwise."
)
def worker(concurrency: int | None) -> None:
    """Start a worker alone, until it is told to stop: it does jobs and fires timers.

    Needs a migrated database (`./tuidan migrate`). Any number may run, on any number of
    machines, on the same database. SIGTERM lets running jobs finish.
    """
    log_to_stderr()
    stop = threading.Event()
    asked = False

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    lifeline.hold()
    with composed() as tuidan:
        check_before_start(tuidan)
        run(
            tuidan.engine,
            str(tuidan.settings.database_url),
            concurrency=concurrency or tuidan.settings.worker_concurrency,
            stop=stop,
            chores=chores_of(tuidan),
        )
    if not asked:
        sys.exit("tuidan: the worker ended by itself; see the log above")
