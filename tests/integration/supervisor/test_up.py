"""`./tuidan up` as a person meets it: it comes up, heals, refuses a second one, and stops without a trace."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from webapp.settings import PROJECT


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Up:
    """A running `up`, with its output."""

    def __init__(self, data_dir: Path, port: int, **variables: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._output = data_dir.parent / f"output-{time.monotonic_ns()}"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "webapp.cli", "up"],
                cwd=PROJECT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={
                    **{name: value for name, value in os.environ.items() if not name.startswith("TUIDAN_")},
                    "TUIDAN_DATA_DIR": str(data_dir),
                    "TUIDAN_PORT": str(port),
                    "TUIDAN_DEMO_DATA": "0",
                    **variables,
                },
            )

    @property
    def output(self) -> str:
        return self._output.read_text(errors="replace")

    def wait_for(self, condition: Callable[[], bool], seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)

    def wait_announced(self) -> None:
        self.wait_for(lambda: "Ctrl-C stops everything" in self.output or self.process.poll() is not None)
        assert self.process.poll() is None, self.output

    def descendants(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def child(self, command: str) -> psutil.Process | None:
        for found in psutil.Process(self.process.pid).children():
            if found.is_running() and found.status() != "zombie" and found.cmdline()[-1:] == [command]:
                return found
        return None

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310 - our own
                return bool(json.load(answer)["status"] == "ready")
        except OSError:
            return False

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tuidan-up-", ignore_cleanup_errors=True) as name:
        yield Path(name) / "var"


def test_it_comes_up_heals_refuses_a_second_one_and_stops(data_dir: Path) -> None:
    port = free_port()
    up = Up(data_dir, port)
    try:
        up.wait_announced()
        assert up.ready()

        second = Up(data_dir, free_port())
        assert second.process.wait(timeout=60) == 1
        assert "runs already" in second.output
        assert up.url in second.output
        assert "Traceback" not in second.output

        web = up.child("web")
        assert web is not None
        web.send_signal(signal.SIGKILL)
        up.wait_for(lambda: "web was started again" in up.output)
        up.wait_for(up.ready)

        family = up.descendants()
        assert up.stop() == 0
        assert not [process for process in family if process.is_running()]
        assert not (data_dir / "postgres" / "cluster" / "postmaster.pid").exists()
        assert "Traceback" not in up.output
    finally:
        up.process.kill()

    again = Up(data_dir, port)
    try:
        again.wait_announced()
        assert "migrated" not in again.output
        assert "deployed" not in again.output
        assert again.stop(signal.SIGTERM) == 0
    finally:
        again.process.kill()


def test_its_children_end_when_it_is_killed_and_the_next_one_takes_over(data_dir: Path) -> None:
    port = free_port()
    up = Up(data_dir, port)
    up.wait_announced()
    family = up.descendants()
    up.process.kill()
    up.process.wait()
    _, alive = psutil.wait_procs(family, timeout=45)
    assert not alive
    again = Up(data_dir, port)
    try:
        again.wait_announced()
        assert again.stop() == 0
    finally:
        again.process.kill()


def test_a_taken_port_is_one_line_before_anything_is_done(data_dir: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        up = Up(data_dir, int(holder.getsockname()[1]))
        assert up.process.wait(timeout=30) == 1
    assert len(up.output.strip().splitlines()) == 1
    assert "TUIDAN_PORT" in up.output
    assert not (data_dir / "postgres").exists()


def test_an_unreachable_database_is_one_line(data_dir: Path) -> None:
    up = Up(data_dir, free_port(), TUIDAN_DATABASE_URL="postgresql://someone:secret@127.0.0.1:1/none")
    assert up.process.wait(timeout=120) == 1
    last = up.output.strip().splitlines()[-1]
    assert last.startswith("tuidan: The database 127.0.0.1:1/none can't be reached")
    assert "TUIDAN_DATABASE_URL" in last
    assert "secret" not in up.output
    assert "Traceback" not in up.output
