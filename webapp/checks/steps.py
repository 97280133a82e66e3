"""The steps of `./tuidan test`: each a program of its own, each reported, none hides another."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.errors import TuidanError
from webapp.checks import chromium
from webapp.settings import PROJECT, Settings
from webapp.supervisor import frontend
from webapp.supervisor.node import find_node, install_packages

_TOOLS = Path(sys.executable).parent

STANDINS = PROJECT / "tests" / "standins"
"""Payment providers for tests: their packages come from npm."""

STATIC_STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint", (str(_TOOLS / "ruff"), "check", "--quiet")),
    ("format", (str(_TOOLS / "ruff"), "format", "--check", "--quiet")),
    ("import rules", (str(_TOOLS / "lint-imports"),)),
    ("diagrams", (sys.executable, "-m", "webapp.cli", "lint", "bpmn")),
)
# As long as all that comes before the tests, and on one core: it runs beside that.
TYPES_STEP = ("types", (str(_TOOLS / "mypy"), "--no-error-summary"))
# One pytest for each core. A file's tests stay together, since they share what is slow to set up;
# in the order of the folders, so that the slow ones, browsers and chaos, come first.
AT_ONCE = ("--numprocesses", "logical", "--dist", "loadfile", "--no-loadscope-reorder")


def run_everything(say: Callable[[str], None]) -> int:
    """Run all steps, pytest last, and return an exit status."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        types = beside.submit(run_step, *TYPES_STEP, say)
        failed = prepare(say, browser=True)
        failed += [name for name, command in STATIC_STEPS if not run_step(name, command, say)]
        if not types.result():
            failed.append("types")
    if failed:
        say(f"failed so far: {', '.join(failed)}; the tests follow")
    status = run_pytest([*AT_ONCE, str(PROJECT / "tests")])
    if failed:
        say(f"failed: {', '.join([*failed, 'tests'] if status else failed)}")
    return status or (1 if failed else 0)


def run_some(arguments: Sequence[str], say: Callable[[str], None]) -> int:
    """Run pytest alone, with arguments of the caller's; return its exit status."""
    if any("browser" in argument for argument in arguments) and prepare(say, browser=True):
        return 1
    return run_pytest(arguments)


def prepare(say: Callable[[str], None], *, browser: bool) -> list[str]:
    """Build and install what tests need; return the names of the steps that failed."""
    failed = []
    try:
        frontend.build(Settings.from_environment().data_dir, say)
    except TuidanError as error:
        say(f"front end: {error.message}")
        failed.append("front end")
    try:
        install_packages(find_node(say), STANDINS, say, "the stand-ins' packages")
    except TuidanError as error:
        say(f"stand-ins: {error.message}")
        failed.append("stand-ins")
    if browser:
        try:
            chromium.ensure(say)
        except TuidanError as error:
            say(f"Chromium: {error.message}")
            failed.append("Chromium")
    return failed


def run_step(name: str, command: Sequence[str], say: Callable[[str], None]) -> bool:
    """Run a program, and show what it printed only if it failed."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    took = f"{time.monotonic() - began:.1f} s"
    if done.returncode == 0:
        say(f"{name}: ok ({took})")
        return True
    sys.stdout.write(done.stdout)
    sys.stdout.flush()
    say(f"{name}: FAILED ({took})")
    return False


FOR_TESTS = frozenset({"TUIDAN_TEST_DATABASE_URL", "TUIDAN_CHROMIUM", "TUIDAN_RACE_ROUNDS"})
"""What tells the tests themselves something; see ``tests/databases.py`` and ``tests/racing.py``."""


def run_pytest(arguments: Sequence[str]) -> int:
    """Run pytest with its own output, and return its exit status."""
    # Settings of the person who runs the tests are not for the product under test.
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TUIDAN_") or name in FOR_TESTS
    }
    # Paths are given from where the caller stands.
    where = None if arguments else PROJECT
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--rootdir",
        str(PROJECT),
        "-c",
        str(PROJECT / "pyproject.toml"),
    ]
    return subprocess.run([*command, *arguments], cwd=where, env=environment, check=False).returncode
