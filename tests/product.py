"""The product's own processes, started and killed as an operating system would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from webapp.settings import PROJECT

READY_WITHIN_SECONDS = 60


def free_port() -> int:
    """A TCP port of the loopback interface that nothing uses."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class RunningProcess:
    """A process with those that it starts itself.

    Args:
        command: A module and its arguments, such as ``("webapp.cli", "web")``.
    """

    def __init__(self, command: Sequence[str], log: Path, variables: dict[str, str]) -> None:
        self._command = command
        self._log = log
        self._variables = variables
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a process group of its own."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TUIDAN_")}
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._command],
                cwd=PROJECT,
                env=clean | self._variables,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether its first process lives."""
        return self._process is not None and self._process.poll() is None

    def printed(self) -> str:
        """What it wrote to its log."""
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL, to all of its processes: nothing is finished, nothing cleaned up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM: it finishes what it is doing."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            if number is signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        self._process.wait(timeout=60)


class Product:
    """A web and a worker on one database.

    Attributes:
        url: Where the web is.
    """

    def __init__(self, database_url: str, folder: Path) -> None:
        port = free_port()
        variables = {
            "TUIDAN_DATABASE_URL": database_url,
            "TUIDAN_PORT": str(port),
            "TUIDAN_DEMO_DATA": "0",
            "TUIDAN_DATA_DIR": str(folder / "data"),
        }
        self.url = f"http://127.0.0.1:{port}"
        self.web = RunningProcess(("webapp.cli", "web"), folder / "web.log", variables)
        self.worker = RunningProcess(("webapp.cli", "worker"), folder / "worker.log", variables)

    def start(self) -> None:
        """Start both and wait until the product says that it is ready."""
        self.web.start()
        self.worker.start()
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < deadline:
            for process in (self.web, self.worker):
                if not process.running:
                    raise RuntimeError(process.printed())
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):  # noqa: S310 - our own
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(self.web.printed() + self.worker.printed())

    def stop(self) -> None:
        """Stop both."""
        self.web.stop()
        self.worker.stop()
