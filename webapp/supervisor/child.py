"""A child process of the supervisor: started, watched, started again, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from webapp.settings import PROJECT
from webapp.supervisor import lifeline

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 40.0
LARGEST_LOG = 20 * 1024 * 1024


class Child:
    """One command of ours in a process group of its own, with its output in a log file.

    Args:
        name: For people, and for the name of the log file.
        arguments: The command of ``webapp.cli``, such as ``worker``.
        environment: The variables it gets.
        logs: The folder of the log files.
    """

    def __init__(self, name: str, *arguments: str, environment: Mapping[str, str], logs: Path) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self._arguments = arguments
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline: int | None = None
        self._started = 0.0
        self._pause = FIRST_PAUSE
        self._again_at: float | None = None

    @property
    def pid(self) -> int | None:
        """The process id, or None when it isn't running."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        reading, self._lifeline = os.pipe()
        try:
            with self.log.open("ab") as output:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "webapp.cli", *self._arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd=PROJECT,
                    env={**self._environment, lifeline.VARIABLE: str(reading), "PYTHONUNBUFFERED": "1"},
                    pass_fds=[reading],
                    start_new_session=True,
                )
        finally:
            os.close(reading)
        self._started = time.monotonic()
        self._again_at = None

    def watch(self) -> str | None:
        """Notice that it ended, and start it again after a pause that grows; return news, if any."""
        now = time.monotonic()
        if self._again_at is not None:
            if now < self._again_at:
                return None
            self.start()
            return f"{self.name} was started again"
        status = self._process.poll() if self._process else None
        if status is None:
            return None
        self._end_remains()
        if now - self._started > STEADY_SECONDS:
            self._pause = FIRST_PAUSE
        self._again_at = now + self._pause
        news = (
            f"{self.name} ended unexpectedly ({describe(status)}); starting it again in {self._pause:.0f} s. "
            f"See {self.log}"
        )
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        return news

    def ended(self) -> str | None:
        """Return how it ended, or None while it runs."""
        status = self._process.poll() if self._process else None
        return None if status is None else describe(status)

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        self._again_at = None
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait_stopped(self) -> None:
        """Wait until it has ended, and end it by force if that takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._end_remains()

    def last_line(self) -> str:
        """Return the last line of its log that says something."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 8192))
            lines = file.read().decode(errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _end_remains(self) -> None:
        """End what the child itself had started, and let go of its lifeline."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None


def describe(status: int) -> str:
    """Put an exit status in words."""
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}"
