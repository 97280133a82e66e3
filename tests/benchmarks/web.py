"""Over HTTP: one decision, and the seller's inbox with a thousand and a hundred thousand open cases."""

from __future__ import annotations

import http.client
import json
import re
import tempfile
import time
import urllib.parse
from pathlib import Path

import sqlalchemy as sa

from processes.catalog.shops import issue_api_token
from tests.benchmarks.market import PASSWORD, ask, multiply, open_market, product
from tests.benchmarks.measuring import Ground, Report, milliseconds
from tests.product import Product
from webapp.bootstrap import Tuidan

DECISIONS = 200
PAGES = 60
FEW, MANY = 1_000, 100_000


def measure(ground: Ground, report: Report) -> None:
    """Latencies of a real web process, one request at a time."""
    report.title("Over HTTP: one web process, one request at a time")
    url = ground.database()
    tuidan = product(url)
    with tuidan.transaction() as session:
        place = open_market(tuidan, session)
        token = issue_api_token(session, place.shop)
        cases = []
        for _ in range(DECISIONS + 1):
            order = place.order([(1990, 1)])
            cases.append(ask(tuidan, session, order.order_no, order.lines[0].id, place.buyer).case_no)
    with tempfile.TemporaryDirectory() as folder:
        running = Product(url, Path(folder))
        running.start()
        try:
            address = urllib.parse.urlsplit(running.url)
            web = Web(http.client.HTTPConnection(str(address.hostname), address.port))
            template = cases.pop()
            samples = [web.decide(case_no, token) for case_no in cases]
            median, late = milliseconds(samples)
            report.add("a decision, agreed and saved: median", f"{median:.1f} ms", f"p99 {late:.1f} ms")
            web.sign_in()
            few = _inbox(tuidan, web, template, 2, FEW)
            many = _inbox(tuidan, web, template, FEW + 1, MANY)
        finally:
            running.stop()
    report.add(f"inbox with {FEW:,} open cases: median", f"{few[0]:.1f} ms", f"p99 {few[1]:.1f} ms")
    report.add(
        f"inbox with {MANY:,} open cases: median",
        f"{many[0]:.1f} ms",
        f"p99 {many[1]:.1f} ms; {many[0] / few[0]:.2f} times the small one",
    )
    tuidan.close()


class Web:
    """A browser reduced to what is measured: one connection, its cookies, and a form's token."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        self._cookies: dict[str, str] = {}

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, str, float]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        began = time.perf_counter()
        self._connection.request(method, path, body, headers | {"Cookie": cookies})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        seconds = time.perf_counter() - began
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, text, seconds

    def reconnect(self) -> None:
        """Open the connection anew: the server closes one that was silent for long."""
        self._connection.close()

    def decide(self, case_no: str, token: str) -> float:
        """Agree to a case over the API; returns how many seconds that took."""
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": f"decide-{case_no}",
            "Content-Type": "application/json",
        }
        body = json.dumps({"decision": "agree"}).encode()
        status, text, seconds = self._ask("POST", f"/api/v1/cases/{case_no}/decision", body, headers)
        if status >= 300:
            raise RuntimeError(text)
        return seconds

    def sign_in(self) -> None:
        """Sign in as the seller."""
        _, page, _ = self._ask("GET", "/sign-in", None, {})
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        token = found[1] if found else ""
        form = urllib.parse.urlencode({"login": "seller1", "password": PASSWORD, "csrf_token": token})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, text, _ = self._ask("POST", "/sign-in", form.encode(), headers)
        if status not in (302, 303):
            raise RuntimeError(f"sign-in: {status} {text[:500]}")

    def get(self, path: str) -> float:
        """Read a page; returns how many seconds that took."""
        status, text, seconds = self._ask("GET", path, None, {})
        if status != http.client.OK:
            raise RuntimeError(f"{path}: {status} {text[:500]}")
        return seconds


def _inbox(tuidan: Tuidan, web: Web, template: str, first: int, last: int) -> tuple[float, float]:
    """Add open cases, then read the inbox's first page again and again."""
    with tuidan.transaction() as session:
        multiply(session, template, first, last)
    with tuidan.database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    web.reconnect()
    web.get("/seller/cases")
    return milliseconds([web.get("/seller/cases") for _ in range(PAGES)])
