"""A running product, web and worker as processes of their own, and a real Chromium in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.databases import DatabaseServer
from webapp.bootstrap import Tuidan, build
from webapp.checks import chromium
from webapp.settings import PROJECT, Settings

READY_WITHIN_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Live:
    """A running product.

    Attributes:
        url: Where its web is.
        tuidan: The same product composed in the test's own process, to set things up and to
            look; its clock is the demo clock, which web and worker follow.
    """

    url: str
    tuidan: Tuidan


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _start(command: str, log: Path, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TUIDAN_")}
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", command],
            cwd=PROJECT,
            env=clean | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


@pytest.fixture(scope="module")
def live(postgres: DatabaseServer, deployed_url: str) -> Iterator[Live]:
    """The product on a database of the module's own, with ``bpmn/`` deployed and no data."""
    database_url = postgres.create(template=deployed_url)
    port = _free_port()
    variables = {"TUIDAN_DATABASE_URL": database_url, "TUIDAN_PORT": str(port), "TUIDAN_DEMO_DATA": "0"}
    with tempfile.TemporaryDirectory(prefix="tuidan-browser-") as folder:
        logs = {name: Path(folder) / f"{name}.log" for name in ("web", "worker")}
        processes = {name: _start(name, log, variables) for name, log in logs.items()}
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_ready(url, processes, logs)
            tuidan = build(Settings(database_url=database_url, demo_data=False))
            yield Live(url=url, tuidan=tuidan)
            tuidan.close()
        finally:
            for process in processes.values():
                process.terminate()
            for process in processes.values():
                process.wait(timeout=60)
    postgres.drop(database_url)


def _wait_ready(url: str, processes: dict[str, subprocess.Popen[bytes]], logs: dict[str, Path]) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        for name, process in processes.items():
            assert process.poll() is None, logs[name].read_text()
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):  # noqa: S310 - our own
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("\n".join(log.read_text() for log in logs.values()))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    path = chromium.find()
    assert path is not None, "there is no Chromium: run ./tuidan test, which installs it"
    # As root, Chromium's sandbox can't be used; the pages are our own.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser, live: Live) -> Iterator[BrowserContext]:
    """A browser of its own for a person: cookies, a Chinese locale, and no error on any page."""
    opened = browser.new_context(base_url=live.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    errors: list[str] = []
    opened.on("weberror", lambda error: errors.append(str(error.error)))
    yield opened
    opened.close()
    assert errors == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab."""
    return context.new_page()
