"""The product with the small drawn process, its web and its worker in the test's own process.

Its payment can be made to fail and to succeed again, which needs an operation of the test's own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page
from werkzeug.serving import make_server

from engine import worker
from processes.people.roles import Role
from tests.browser.conftest import Live
from tests.databases import DatabaseServer
from tests.trials import PASSWORD, Trial, prepared_database, trial_on
from webapp.app import create_app


@contextmanager
def trial_product(server: DatabaseServer) -> Iterator[tuple[Live, Trial]]:
    """Run web and worker on a prepared database."""
    url = prepared_database(server)
    stop = threading.Event()
    with trial_on(url) as trial:
        web = make_server("127.0.0.1", 0, create_app(trial.tuidan), threaded=True)
        threads = [
            threading.Thread(target=web.serve_forever),
            threading.Thread(
                target=worker.run, args=(trial.tuidan.engine, url), kwargs={"concurrency": 2, "stop": stop}
            ),
        ]
        for thread in threads:
            thread.start()
        try:
            yield Live(url=f"http://127.0.0.1:{web.server_port}", tuidan=trial.tuidan), trial
        finally:
            stop.set()
            web.shutdown()
            for thread in threads:
                thread.join(timeout=60)
            web.server_close()
    server.drop(url)


def sign_in(page: Page, role: Role) -> None:
    """Sign somebody of a role in."""
    page.goto("/sign-in")
    page.fill("[name=login]", f"{role}-1")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button.btn-primary").click()
    page.wait_for_selector("nav.nav")
