"""Timers: ten thousand due at once, promoted and fired by one real worker."""

from __future__ import annotations

import threading
import time

import sqlalchemy as sa

from engine import tables
from engine.worker import run
from tests.benchmarks.measuring import Ground, Report
from tests.benchmarks.reference import ACTOR, DIAGRAM, build
from tests.diagrams import diagram, element, end, flows, start
from tests.diagrams import timer as timer_definition

DUE = 10_000
WAITING = diagram(
    "waiting",
    start(),
    element("intermediateCatchEvent", "pause", timer_definition("duration")),
    end(),
    flows("start", "pause", "end"),
)


def measure(ground: Ground, report: Report) -> None:
    """How fast one worker process fires what is overdue."""
    report.title(f"Timers: {DUE:,} due at once, one worker process")
    url = ground.database()
    engine, database = build(url)
    with engine.transaction() as session:
        engine.deploy(session, {"waiting.bpmn": WAITING, "reference.bpmn": DIAGRAM}, actor=ACTOR)
    for begin in range(0, DUE, 500):
        with engine.transaction() as session:
            for number in range(begin, begin + 500):
                engine.start(
                    session, "waiting", business_key=f"T{number}", variables={"duration": "PT1S"}, actor=ACTOR
                )
    time.sleep(1.5)
    stop = threading.Event()
    worker = threading.Thread(target=run, args=(engine, url), kwargs={"concurrency": 4, "stop": stop})
    began = time.perf_counter()
    worker.start()
    while _running(database):
        time.sleep(0.1)
    seconds = time.perf_counter() - began
    stop.set()
    worker.join()
    with engine.transaction() as session:
        fired = session.scalar(sa.select(sa.func.count()).where(tables.HistoryEvent.kind == "timer"))
    report.add("fired", f"{DUE / seconds:,.0f} timers/s", f"{fired:,} firings of {DUE:,}: once each")
    limit = ground.pgbench(4)
    report.add(
        "pgbench -N, 4 clients",
        f"{limit:,.0f} tx/s",
        f"a timer is {limit * seconds / DUE:.1f} of its transactions",
    )
    database.dispose()


def _running(database: sa.Engine) -> int:
    with database.connect() as connection:
        return (
            connection.scalar(sa.select(sa.func.count()).where(tables.ProcessInstance.status == "running"))
            or 0
        )
