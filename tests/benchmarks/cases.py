"""Whole cases: the buyer's request, the seller's decision, the refund settled by a worker."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from engine import tables
from processes.cases.rules import Outcome
from processes.cases.tables import CancellationCase
from tests.benchmarks.market import ask, open_market, product
from tests.benchmarks.measuring import Ground, Report
from tests.product import Product

CASES = 300


def measure(ground: Ground, report: Report) -> None:
    """Cases a second from the first request to the last settled refund."""
    report.title(
        f"Whole cases: request, decision, settled refund ({CASES} of them, one client, one worker process)"
    )
    url = ground.database()
    tuidan = product(url)
    with tuidan.transaction() as session:
        place = open_market(tuidan, session)
        orders = [
            (order.order_no, order.lines[0].id) for order in (place.order([(1990, 1)]) for _ in range(CASES))
        ]
    with tempfile.TemporaryDirectory() as folder:
        worker = Product(url, Path(folder)).worker
        worker.start()
        time.sleep(3)
        began = time.perf_counter()
        for order_no, line_id in orders:
            with tuidan.transaction() as session:
                instance_id = ask(tuidan, session, order_no, line_id, place.buyer).instance_id
            with tuidan.transaction() as session:
                task_id = session.scalars(
                    sa.select(tables.UserTask.id).where(tables.UserTask.instance_id == instance_id)
                ).one()
                tuidan.engine.complete_task(
                    session, task_id, values={"decision": "agree"}, actor=place.seller
                )
        decided = time.perf_counter() - began
        while _open(tuidan.database):
            time.sleep(0.05)
        settled = time.perf_counter() - began
        worker.stop()
    with tuidan.transaction() as session:
        refunded = session.scalar(
            sa.select(sa.func.count()).where(CancellationCase.outcome == Outcome.REFUNDED)
        )
        steps = (
            session.scalar(
                sa.select(sa.func.count()).where(
                    tables.HistoryEvent.kind.in_(["started", "submitted", "result", "timer"])
                )
            )
            or 0
        )
    limit = ground.pgbench(1)
    report.add(
        "requested and decided", f"{CASES / decided:,.0f} cases/s", "the worker settling at the same time"
    )
    report.add(
        "requested, decided and settled",
        f"{CASES / settled:,.0f} cases/s",
        f"{refunded} of {CASES} refunded",
    )
    report.add("steps a case", f"{steps / CASES:.1f}", f"{steps / settled:,.0f} steps/s")
    report.add(
        "pgbench -N, 1 client",
        f"{limit:,.0f} tx/s",
        f"a case is {limit * settled / CASES:.0f} of its transactions",
    )
    tuidan.close()


def _open(database: sa.Engine) -> int:
    with database.connect() as connection:
        return (
            connection.scalar(
                sa.select(sa.func.count()).where(
                    tables.ProcessInstance.status == "running",
                    tables.ProcessInstance.process_id == "buyer_cancellation",
                )
            )
            or 0
        )
