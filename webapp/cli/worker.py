"""The command ``worker``."""

from __future__ import annotations

import datetime as dt
import functools
import signal
import sys
import threading
from types import FrameType

import click

from engine.worker import Chore, run
from processes.integration.requests import forget_before
from processes.money.notices import forget_notices
from processes.record.counting import keep_counted
from webapp.bootstrap import Tuidan
from webapp.cli.composed import composed
from webapp.cli.logs import log_to_stderr
from webapp.mail.sending import mail_chores
from webapp.production import check_before_start
from webapp.supervisor import lifeline

ANSWERS_KEPT = dt.timedelta(days=30)
"""How long a request that is sent again gets the same answer, and a notice is known."""


def forget_old_answers(tuidan: Tuidan) -> None:
    """Delete answers that nobody will ask for again, and notices that nobody sends again."""
    with tuidan.transaction() as session:
        forget_before(session, tuidan.clock.now() - ANSWERS_KEPT)
        forget_notices(session, tuidan.clock.now() - ANSWERS_KEPT)


def count_record(tuidan: Tuidan) -> None:
    """Count the shops' record anew: the latest days, or everything if that was never done."""
    keep_counted(tuidan.transaction, tuidan.clock.now())


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
            chores=[
                Chore(do=functools.partial(forget_old_answers, tuidan)),
                Chore(do=functools.partial(count_record, tuidan)),
                *mail_chores(tuidan),
            ],
        )
    if not asked:
        sys.exit("tuidan: the worker ended by itself; see the log above")
