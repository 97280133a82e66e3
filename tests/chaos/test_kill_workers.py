"""Workers die by SIGKILL in the middle of migrations and of starts by the clock: each happens once."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.migrate import plan_migration, run_migration
from engine.errors import TuidanError
from engine.migration.tables import Migration, MigrationInstance
from tests.chaos.worker_process import engine_on
from tests.diagrams import date, diagram, element, end, flow, flows, script, start, user
from tests.integration.engine.conftest import SELLER
from tests.product import RunningProcess

WITHIN_SECONDS = 90
INSTANCES = 150
STARTS = 50

Start = Callable[[], RunningProcess]


@pytest.fixture
def living(database: sa.Engine) -> Engine:
    """The test's own hand on the database of the workers."""
    return engine_on(database)


@pytest.fixture
def start_worker(database_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts a worker process each time it is called; all are gone at the end."""
    started: list[RunningProcess] = []

    def begin() -> RunningProcess:
        command = ("tests.chaos.worker_process", database_url)
        process = RunningProcess(command, tmp_path / "workers.log", {})
        process.start()
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def version(number: int) -> dict[str, str]:
    """A task that is done again and again, until its instance ends or goes where the second version isn't."""
    astray = (user("astray", "'shop:1'"), flows("astray", "end"))
    if number > 1:
        astray = (element("task", "astray"), flows("astray", "end"))
    text = diagram(
        "asking",
        start(),
        user("ask", "'shop:1'"),
        script("count", f"rounds = rounds + 1\nseen = {number}"),
        element("exclusiveGateway", "where", default="where-ask"),
        end(),
        flows("start", "ask", "count", "where", "ask"),
        flow("where", "end", "way == 'end'"),
        flow("where", "astray", "way == 'astray'"),
        *astray,
    )
    return {"asking.bpmn": text}


class Traffic:
    """People who go on with their tasks all the while.

    Attributes:
        done: How many tasks of each instance were completed, as they were told.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._over = threading.Event()
        self.done: Counter[uuid.UUID] = Counter()
        self._thread = threading.Thread(target=self._act)

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _act(self) -> None:
        chance, task = random.Random(7), tables.UserTask
        while not self._over.is_set():
            with self._engine.transaction() as session:
                found = list(session.execute(sa.select(task.id, task.instance_id, task.element_id)))
            for task_id, instance_id, element_id in chance.sample(found, min(len(found), 20)):
                if element_id != "ask":
                    continue
                way = chance.choice(["on"] * 8 + ["end", "astray"])
                with suppress(TuidanError):
                    with self._engine.transaction() as session:
                        self._engine.complete_task(session, task_id, values={"way": way}, actor=SELLER)
                    self.done[instance_id] += 1


@pytest.mark.chaos
def test_each_instance_is_moved_once_or_left_with_the_reason(living: Engine, start_worker: Start) -> None:
    with living.transaction() as session:
        living.deploy(session, version(1), actor=SELLER)
        for number in range(INSTANCES):
            living.start(session, "asking", business_key=f"K{number}", variables={"rounds": 0}, actor=SELLER)
    with living.transaction() as session:
        living.deploy(session, version(2), actor=SELLER)
        definition = tables.ProcessDefinition
        source, target = session.scalars(sa.select(definition.id).order_by(definition.version))
        migration_id = plan_migration(
            living, session, source, target, chosen={}, reason="新规则", actor=SELLER
        )

    def read() -> Migration:
        with living.transaction() as session:
            return session.get_one(Migration, migration_id)

    worker = start_worker()
    wait_until(lambda: read().status == "checked")
    with Traffic(living) as traffic:
        with living.transaction() as session:
            run_migration(living, session, migration_id, reason="已看过报告", actor=SELLER)
        for part in (4, 2):
            wait_until(lambda part=part: read().moved + read().left >= INSTANCES // part)  # type: ignore[misc]
            worker.kill()
            assert read().status == "moving", "it was killed in the middle"
            worker = start_worker()
        wait_until(lambda: read().status == "done")
    _check_outcomes(living, read(), traffic)


def _check_outcomes(engine: Engine, migration: Migration, traffic: Traffic) -> None:
    instance, event, item = tables.ProcessInstance, tables.HistoryEvent, MigrationInstance
    with engine.transaction() as session:
        rows = session.execute(sa.select(item.instance_id, item.outcome, item.remarks)).all()
        definitions = session.execute(sa.select(instance.id, instance.definition_id)).all()
        moves = Counter(session.scalars(sa.select(event.instance_id).where(event.kind == "migrated")))
        completed = Counter(
            session.scalars(
                sa.select(event.instance_id).where(event.kind == "completed", event.element_id == "ask")
            )
        )
        stuck = session.scalar(sa.select(sa.func.count()).select_from(tables.Incident))
    outcomes = {instance_id: outcome for instance_id, outcome, _ in rows}
    assert len(outcomes) == INSTANCES
    assert set(outcomes.values()) == {"moved", "left"}
    assert moves == Counter(i for i, outcome in outcomes.items() if outcome == "moved")
    assert {i for i, definition in definitions if definition == migration.target_id} == set(moves)
    assert (migration.moved, migration.left) == (len(moves), INSTANCES - len(moves))
    reasons = {remark["code"] for _, outcome, remarks in rows if outcome == "left" for remark in remarks}
    assert reasons
    assert reasons <= {"ended", "unmapped"}
    assert all(remarks for _, outcome, remarks in rows if outcome == "left")
    # Of what people were told was done, nothing is lost, and nothing was done twice.
    assert completed == traffic.done
    assert stuck == 0


@pytest.mark.chaos
def test_each_instant_starts_one_instance(living: Engine, start_worker: Start) -> None:
    began = living.clock.now()
    # Some have come before a worker is there; the others come one after the other.
    instants = [began + dt.timedelta(milliseconds=500 + 60 * number) for number in range(STARTS)]
    text = diagram(
        "nightly",
        *(
            element("startEvent", f"clock{number}", date(f"'{instant.isoformat()}'"))
            for number, instant in enumerate(instants)
        ),
        user("work", "'shop:1'"),
        end(),
        *(flows(f"clock{number}", "work") for number in range(STARTS)),
        flows("work", "end"),
    )
    with living.transaction() as session:
        living.deploy(session, {"nightly.bpmn": text}, actor=SELLER)

    def started() -> list[str]:
        with living.transaction() as session:
            return sorted(session.scalars(sa.select(tables.ProcessInstance.business_key)))

    workers = [start_worker(), start_worker()]
    for killed, least in zip(itertools.cycle((0, 1)), (STARTS // 6, STARTS // 3, STARTS // 2), strict=False):
        wait_until(lambda least=least: len(started()) >= least)  # type: ignore[misc]
        workers[killed].kill()
        workers[killed] = start_worker()
    wait_until(lambda: len(started()) >= STARTS)
    time.sleep(0.5)  # nothing comes behind it
    assert started() == sorted(
        f"nightly:clock{number}:0:{instant.isoformat()}" for number, instant in enumerate(instants)
    )
