"""The reference process: start, script, gateway, user task with a 48 h timer, gateway, script, end.

Others were measured on this shape; a case is two steps.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import Actor, Engine, tables
from engine.clock import SystemClock
from engine.database import create_database
from engine.ids import user_task_id
from engine.operations import OperationRegistry
from engine.spiff.instance import Instance
from engine.spiff.parser import parse
from tests.benchmarks.measuring import Ground, Report, rate
from tests.diagrams import boundary, diagram, element, end, flow, flows, script, start, timer, user

DIAGRAM = diagram(
    "reference",
    start(),
    script("total", "total = price * quantity"),
    element("exclusiveGateway", "worth", default="worth-end"),
    user("decide", "'shop:1'"),
    boundary("expire", "decide", timer("'PT48H'")),
    element("exclusiveGateway", "which", default="which-end"),
    script("agreed", "refund = total"),
    end(),
    flows("start", "total", "worth"),
    flow("worth", "decide", "total > 0"),
    flow("worth", "end"),
    flows("decide", "which"),
    flow("which", "agreed", "decision == 'agree'"),
    flow("which", "end"),
    flows("agreed", "end"),
    flows("expire", "end"),
)
ACTOR = Actor(id="1", name="seller", groups=frozenset({"shop:1"}))
DECIDE = 6  # the element instance of the user task: every case takes the same way to it
CASES = 1_500


def build(url: str, registry: OperationRegistry | None = None) -> tuple[Engine, sa.Engine]:
    """An engine on a database, with operations or without any."""
    database = create_database(url)

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(database, expire_on_commit=False) as session, session.begin():
            yield session

    registry = registry or OperationRegistry()
    return Engine(registry=registry, clock=SystemClock(), transaction=transaction), database


def one_case(engine: Engine, number: int) -> None:
    """Start a case and decide it: two durable steps."""
    variables = {"price": 1990, "quantity": 2}
    with engine.transaction() as session:
        instance_id = engine.start(
            session, "reference", business_key=f"C{number}", variables=variables, actor=ACTOR
        )
    with engine.transaction() as session:
        engine.complete_task(
            session, user_task_id(instance_id, DECIDE), values={"decision": "agree"}, actor=ACTOR
        )


def _cases(engine: Engine, count: int) -> None:
    for number in range(count):
        one_case(engine, number)


def many_cases(url: str, count: int, threads: int) -> float:
    """Cases a second of one process with so many threads."""
    engine, database = build(url)
    for number in range(20):
        one_case(engine, -number)

    def work() -> None:
        workers = [threading.Thread(target=_cases, args=(engine, count // threads)) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    result = rate(count // threads * threads, work)
    database.dispose()
    return result


def _in_a_process(url: str, count: int, threads: int, results: multiprocessing.Queue[float]) -> None:
    results.put(many_cases(url, count, threads))


def in_memory(count: int) -> tuple[float, int]:
    """Cases a second without a database, state saved and loaded between the steps; its size in bytes."""
    program = parse({"reference.bpmn": DIAGRAM})
    now, caller = SystemClock().now(), None
    state = b""
    began = time.perf_counter()
    for _ in range(count):
        instance = Instance.create(program, "reference", {"price": 1990, "quantity": 2}, now, caller)  # type: ignore[arg-type]
        instance.run()
        instance.waits()
        state = instance.dump()
        instance = Instance.load(program, "reference", state, now, caller)  # type: ignore[arg-type]
        instance.complete_user_task(DECIDE, {"decision": "agree"})
        instance.run()
    return count / (time.perf_counter() - began), len(state)


def measure(ground: Ground, report: Report) -> None:
    """Cases a second beside pgbench, in one process and in two."""
    report.title("Reference process: 2 steps a case, durable, history on")
    url = ground.database()
    engine, database = build(url)
    with engine.transaction() as session:
        engine.deploy(session, {"reference.bpmn": DIAGRAM}, actor=ACTOR)
    one_case(engine, 0)
    statements: list[str] = []
    commits: list[object] = []
    sa.event.listen(database, "before_cursor_execute", lambda *a: statements.append(a[2]))
    sa.event.listen(database, "commit", commits.append)
    one_case(engine, 1)
    report.add("statements a case", str(len(statements)), f"{len(commits)} commits; a step is half of it")
    with engine.transaction() as session:
        rows = session.scalar(sa.select(sa.func.count()).select_from(tables.HistoryEvent)) or 0
    report.add("history events a case", f"{rows / 2:.0f}")
    database.dispose()
    limit_one, limit_four = ground.pgbench(1), ground.pgbench(4)
    report.add("pgbench -N, 1 client", f"{limit_one:,.0f} tx/s", "the physical limit of one connection")
    report.add("pgbench -N, 4 clients", f"{limit_four:,.0f} tx/s")
    memory, size = in_memory(2_000)
    report.add("in memory, state saved and loaded", f"{memory:,.0f} cases/s", f"{size} bytes of state")
    for threads, limit in ((1, limit_one), (4, limit_four)):
        cases = many_cases(url, CASES, threads)
        report.add(
            f"one process, {threads} thread{'s' if threads > 1 else ''}",
            f"{cases:,.0f} cases/s",
            f"{2 * cases / limit:.0%} of pgbench's transactions",
        )
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[float] = context.Queue()
    processes = [context.Process(target=_in_a_process, args=(url, CASES, 2, results)) for _ in range(2)]
    for process in processes:
        process.start()
    both = [results.get() for _ in processes]
    for process in processes:
        process.join()
    report.add(
        "two processes, 2 threads each", f"{sum(both):,.0f} cases/s", "both share this machine's cores"
    )
