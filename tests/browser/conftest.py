"""A running product, web and worker as processes of their own, and a real Chromium in front of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.legible import faint_texts
from tests.databases import DatabaseServer
from tests.product import Product
from webapp.bootstrap import Tuidan, build
from webapp.checks import chromium
from webapp.settings import Settings

# A browser that talks to nobody but the product.
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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


@pytest.fixture(scope="module")
def live(postgres: DatabaseServer, deployed_url: str) -> Iterator[Live]:
    """The product on a database of the module's own, with ``bpmn/`` deployed and no data."""
    database_url = postgres.create(template=deployed_url)
    with tempfile.TemporaryDirectory(prefix="tuidan-browser-") as folder:
        product = Product(database_url, Path(folder))
        try:
            product.start()
            tuidan = build(Settings(database_url=database_url, demo_data=False))
            yield Live(url=product.url, tuidan=tuidan)
            tuidan.close()
        finally:
            product.stop()
    postgres.drop(database_url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    path = chromium.find()
    assert path is not None, "there is no Chromium: run ./tuidan test, which installs it"
    # As root, Chromium's sandbox can't be used; the pages are our own.
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
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
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab; what stands in it at the end can be read."""
    opened = context.new_page()
    yield opened
    assert faint_texts(opened) == [], opened.url
