"""A real worker: its own threads, the real queue, real time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.clock import SystemClock
from engine.operations import OperationContext, OperationRegistry
from engine.stepping import Transaction
from engine.worker import run
from tests.diagrams import cycle, diagram, element, end, flows, service, start, timer
from tests.integration.engine.conftest import SELLER

WITHIN_SECONDS = 30
PATIENT = diagram(
    "patient",
    start(),
    service("pay", "pay.out", "paid", amount="42"),
    element("intermediateCatchEvent", "pause", timer("'PT1S'")),
    end(),
    flows("start", "pay", "pause", "end"),
)


@pytest.fixture
def clock() -> SystemClock:
    """The worker waits for real."""
    return SystemClock()


@pytest.fixture
def worker(engine: Engine, database_url: str) -> Iterator[None]:
    """A worker in a thread, stopped at the end."""
    stop = threading.Event()
    thread = threading.Thread(
        target=run, args=(engine, database_url), kwargs={"concurrency": 2, "stop": stop}
    )
    thread.start()
    yield
    stop.set()
    thread.join(timeout=60)
    assert not thread.is_alive()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


@pytest.mark.usefixtures("worker")
def test_a_worker_calls_out_and_fires_timers_soon_after_their_instant(
    engine: Engine, registry: OperationRegistry, transaction: Transaction
) -> None:
    @registry.operation("pay.out", external=True)
    def pay(ctx: OperationContext, *, amount: int) -> dict[str, int]:
        with pytest.raises(RuntimeError, match="external"):
            ctx.session  # noqa: B018 - an external operation has none
        return {"paid": amount}

    with transaction() as session:
        engine.deploy(session, {"patient.bpmn": PATIENT}, actor=SELLER)
        instance_id = engine.start(session, "patient", business_key="P1", variables={}, actor=SELLER)

    def ended() -> bool:
        with transaction() as session:
            return session.get_one(tables.ProcessInstance, instance_id).status == "completed"

    def queue_is_empty() -> bool:
        with transaction() as session:
            return bool(session.scalar(sa.text("SELECT count(*) = 0 FROM procrastinate_jobs")))

    wait_until(ended)
    # A job is deleted by its worker after what it has done was committed.
    wait_until(queue_is_empty)
    with transaction() as session:
        fired = session.scalars(
            sa.select(tables.HistoryEvent).where(tables.HistoryEvent.kind == "timer")
        ).one()
        assert fired.data is not None


@pytest.mark.usefixtures("worker")
def test_a_worker_starts_what_the_clock_starts(engine: Engine, transaction: Transaction) -> None:
    ticking = element("startEvent", "tick", cycle("'R1/PT1S'"))
    with transaction() as session:
        text = diagram("ticking", ticking, end(), flows("tick", "end"))
        engine.deploy(session, {"ticking.bpmn": text}, actor=SELLER)

    def started() -> bool:
        with transaction() as session:
            ended = session.scalars(sa.select(tables.ProcessInstance.status)).all()
            return list(ended) == ["completed"]

    wait_until(started)


@pytest.mark.usefixtures("worker")
def test_a_worker_shows_that_it_lives(transaction: Transaction) -> None:
    def seen() -> bool:
        with transaction() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(tables.WorkerHeartbeat)) == 1

    wait_until(seen)


def test_a_worker_that_stops_says_good_bye(
    engine: Engine, database_url: str, transaction: Transaction
) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(engine, database_url), kwargs={"stop": stop})
    thread.start()

    def count() -> int:
        with transaction() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(tables.WorkerHeartbeat)) or 0

    wait_until(lambda: count() == 1)
    stop.set()
    thread.join(timeout=60)
    assert count() == 0
