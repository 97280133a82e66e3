"""The command ``up``: everything in one go, on one machine, until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from engine.errors import Kind, TuidanError
from webapp.settings import Settings
from webapp.supervisor import frontend
from webapp.supervisor.child import Child
from webapp.supervisor.locks import FileLock
from webapp.supervisor.ports import check_port_free
from webapp.supervisor.preparing import prepare_database
from webapp.supervisor.reaching import reachable_database

READY_WITHIN_SECONDS = 90.0
WATCH_EVERY_SECONDS = 0.5


class AlreadyRunning(TuidanError):
    """Tuidan runs already: {where}; use that, or stop it first."""

    code = "up.already_running"
    kind = Kind.CONFLICT


class NotReady(TuidanError):
    """{name} doesn't come up ({reason}); see {log}."""

    code = "up.not_ready"
    kind = Kind.UNAVAILABLE


def up(settings: Settings, say: Callable[[str], None], announce: Callable[[Settings], None]) -> None:
    """Start everything, watch it, and stop it cleanly on SIGINT or SIGTERM.

    Args:
        settings: What to start.
        say: Shows a line of progress.
        announce: Called once the product answers.

    Raises:
        TuidanError: Something is in the way; nothing is left running.
    """
    # A shell that starts it in the background has SIGINT ignored; Python keeps to that unless it is told.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        with _only_one(settings):
            check_port_free(settings.host, settings.port)
            frontend.build(settings.data_dir, say)
            say("starting PostgreSQL" if not settings.database_url else "reaching the database")
            with reachable_database(settings) as reachable:
                prepare_database(reachable, say)
                say("starting web and worker")
                with _children(reachable, say) as children:
                    _wait_ready(reachable, children)
                    announce(reachable)
                    _watch(children, say)
    except KeyboardInterrupt:
        say("stopped")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    lock = FileLock(settings.data_dir / "up.lock")
    note = settings.data_dir / "up.json"
    if not lock.try_exclusive():
        lock.release()
        try:
            known = json.loads(note.read_text())
            where = f"{known['address']}, process {known['pid']}"
        except (OSError, ValueError, KeyError):
            where = f"its files are in {settings.data_dir}"
        raise AlreadyRunning(where=where)
    try:
        note.write_text(json.dumps({"address": address(settings), "pid": os.getpid()}))
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


@contextmanager
def _children(settings: Settings, say: Callable[[str], None]) -> Iterator[list[Child]]:
    environment = {**os.environ, **_variables(settings)}
    logs = settings.data_dir / "logs"
    children = [
        Child("web", "web", environment=environment, logs=logs),
        Child("worker", "worker", environment=environment, logs=logs),
    ]
    try:
        for child in children:
            child.start()
        yield children
    finally:
        # A second Ctrl-C must not leave a child behind; each is ended by force if it is slow.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        say("stopping web and worker")
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.wait_stopped()


def _variables(settings: Settings) -> dict[str, str]:
    return {
        "TUIDAN_DATABASE_URL": str(settings.database_url),
        "TUIDAN_HOST": settings.host,
        "TUIDAN_PORT": str(settings.port),
        "TUIDAN_DATA_DIR": str(settings.data_dir),
        "TUIDAN_BPMN_DIR": str(settings.bpmn_dir),
    }


def address(settings: Settings) -> str:
    """Return where a browser on this machine finds the product."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 - compared
    return f"http://{f'[{host}]' if ':' in host and host[0] != '[' else host}:{settings.port}"


def _wait_ready(settings: Settings, children: list[Child]) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    missing = "no answer"
    # No proxy of the environment stands between us and our own web.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        for child in children:
            ended = child.ended()
            if ended:
                raise NotReady(name=child.name, reason=child.last_line() or ended, log=child.log)
        try:
            with opener.open(f"{address(settings)}/readyz", timeout=5):
                return
        except urllib.error.HTTPError as error:
            with error:
                missing = error.read(500).decode(errors="replace").strip()
        except OSError:
            pass
        time.sleep(0.1)
    raise NotReady(name="The product", reason=missing, log=children[0].log.parent)


def _watch(children: list[Child], say: Callable[[str], None]) -> None:
    while True:
        time.sleep(WATCH_EVERY_SECONDS)
        for child in children:
            news = child.watch()
            if news:
                say(news)
