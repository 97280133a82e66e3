"""Web and worker die by SIGKILL in the middle of a hundred cases; every buyer is paid once."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import tables
from engine.clock import SystemClock
from engine.database import create_database
from processes.cases.tables import CancellationCase
from processes.catalog.shops import issue_api_token
from processes.money.ledger.tables import GatewayRefund
from processes.money.tables import Refund
from processes.orders.tables import Payment
from tests.databases import DatabaseServer
from tests.marketplace import marketplace
from tests.product import Product

CASES = 100
CLIENTS = 4
KILLS = 8
GIVE_UP_SECONDS = 240


class Shop:
    """A shop's system that asks again until it has an answer, with the same key each time."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def post(self, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - our own product
            f"{self._url}/api/v1{path}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Idempotency-Key": key,
                "Content-Type": "application/json",
            },
        )
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                    return dict(json.load(answer))
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise AssertionError(f"{path} {error.code}: {error.read().decode()}") from error
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.2)
        raise TimeoutError(path)


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_every_case_ends_and_is_refunded_exactly_once(
    postgres: DatabaseServer, deployed_url: str, tmp_path: Path
) -> None:
    database_url = postgres.create(template=deployed_url)
    database = create_database(database_url)
    with Session(database) as session, session.begin():
        place = marketplace(session)
        # Paid long enough ago, and dear enough, that the seller is asked rather than agreed at once.
        place.now = SystemClock().now() - dt.timedelta(hours=3)
        orders = [place.order([(100_000 + n, 1)], freight=500).order_no for n in range(CASES)]
        token = issue_api_token(session, place.shop)
    product = Product(database_url, tmp_path)
    product.start()
    shop = Shop(product.url, token)
    problems: list[BaseException] = []

    def ask_and_agree(numbers: list[str]) -> None:
        try:
            for number in numbers:
                body = {
                    "order_no": number,
                    "lines": [{"line_no": 1, "quantity": 1}],
                    "reason": "B_MIND",
                    "text": "",
                }
                case_no = shop.post("/cases", f"ask-{number}", body)["case_no"]
                shop.post(f"/cases/{case_no}/decision", f"decide-{number}", {"decision": "agree"})
        except BaseException as error:  # noqa: BLE001 - reported by the main thread
            problems.append(error)

    clients = [threading.Thread(target=ask_and_agree, args=(orders[n::CLIENTS],)) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    for number in range(KILLS):
        time.sleep(1.0)
        victim = product.worker if number % 2 else product.web
        victim.kill()
        victim.start()
    for client in clients:
        client.join(GIVE_UP_SECONDS)
    assert not problems, problems
    try:
        _wait_until_all_ended(database)
    finally:
        product.stop()
    with Session(database) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CancellationCase)) == CASES
        outcomes = set(session.scalars(sa.select(CancellationCase.outcome)))
        assert {str(outcome) for outcome in outcomes} == {"refunded"}
        assert session.scalar(sa.select(sa.func.count()).select_from(Refund)) == CASES
        assert session.scalar(sa.select(sa.func.count()).select_from(GatewayRefund)) == CASES
        for payment in session.scalars(sa.select(Payment)):
            assert (payment.refunded_succeeded, payment.refunded_pending) == (payment.captured, 0)
        for waiting in (
            tables.Execution,
            tables.UserTask,
            tables.Timer,
            tables.MessageSubscription,
            tables.ServiceJob,
        ):
            assert session.scalar(sa.select(sa.func.count()).select_from(waiting)) == 0, waiting.__tablename__
        assert session.scalars(sa.select(tables.Incident.message)).all() == []
    database.dispose()
    postgres.drop(database_url)


def _wait_until_all_ended(database: sa.Engine) -> None:
    deadline = time.monotonic() + GIVE_UP_SECONDS
    running: int | None = None
    while time.monotonic() < deadline:
        with database.connect() as connection:
            running = connection.scalar(
                sa.select(sa.func.count()).where(tables.ProcessInstance.status == "running")
            )
        if running == 0:
            return
        time.sleep(0.5)
    raise TimeoutError(f"{running} instances still run")
