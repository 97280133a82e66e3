"""Starting the stand-ins that are programs of their own, for as long as a test session runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from webapp.settings import PROJECT
from webapp.supervisor.locks import FileLock
from webapp.supervisor.node import find_node, install_packages

FOLDER = Path(__file__).resolve().parent


@contextmanager
def stripe_mock() -> Iterator[str]:
    """The stateful mock from npm, which knows idempotency keys; its address."""
    with FileLock(PROJECT / "var" / "standins.lock"):
        node = find_node(print)
        install_packages(node, FOLDER, print, "the stand-ins' packages")
    with _serving([node.program, "stripe_mock.js"], FOLDER) as url:
        yield url


@contextmanager
def localstripe() -> Iterator[str]:
    """The Stripe of localstripe, which ignores idempotency keys and limits; its address."""
    with _serving([sys.executable, str(FOLDER / "serve_localstripe.py")], PROJECT / "var") as url:
        yield url


@contextmanager
def _serving(command: Sequence[str], folder: Path) -> Iterator[str]:
    """Run a program that prints its port, until the block ends."""
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port.isdigit(), f"{command} does not come up"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
