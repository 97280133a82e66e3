"""Where a durable step's time goes, what it costs beside the library, and whether it stays flat."""

from __future__ import annotations

import functools
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import orjson
import sqlalchemy as sa

from engine import Engine
from engine.answering import AnsweringCaller
from engine.clock import FixedClock, SystemClock
from engine.spiff.instance import Instance
from engine.spiff.parser import Program, parse
from tests.benchmarks.measuring import Ground, Report
from tests.benchmarks.raw import raw_cost
from tests.benchmarks.reference import ACTOR, DIAGRAM, build, one_case
from tests.diagrams import diagram, element, end, flow, flows, start, user

CASES = 600
CALLER = AnsweringCaller({}, None, FixedClock(SystemClock().now()), "bench")
PHASES = {
    "create": "load",
    "load": "load",
    "run": "run",
    "complete_user_task": "run",
    "waits": "find what waits",
    "dump": "save",
}
DATABASE = {"do_execute": "database: statements", "do_commit": "database: commit, to the disk"}
IN_A_ROW = 1_000
LOOP = diagram(
    "loop",
    start(),
    user("again"),
    element("exclusiveGateway", "more", default="more-again"),
    end(),
    flows("start", "again", "more"),
    flow("more", "end", "stop"),
    flow("more", "again"),
)


class Clockwork:
    """Adds up the time in each phase; what is called within a phase counts for it alone."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._depth = 0

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a phase, unless it is part of another."""
        self._depth += 1
        began = time.perf_counter()
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self.seconds[name] += time.perf_counter() - began

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time counted."""

        def call(*arguments: Any, **options: Any) -> Any:
            with self.phase(name):
                return function(*arguments, **options)

        return call


def _watch(stack: ExitStack, clockwork: Clockwork, database: sa.Engine) -> None:
    """Time the engine's phases and all that goes to the database."""
    for method, phase in PHASES.items():
        timed = clockwork.timed(phase, getattr(Instance, method))
        replacement = staticmethod(timed) if method in ("create", "load") else timed
        stack.enter_context(patch.object(Instance, method, replacement))
    for method, phase in DATABASE.items():
        timed = clockwork.timed(phase, getattr(database.dialect, method))
        stack.enter_context(patch.object(database.dialect, method, timed))


@dataclass(frozen=True)
class Durable:
    """Seconds that a durable step takes, by the wall clock, of it the commit, and of this process's CPU."""

    wall: float
    commit: float
    processor: float


def _durable(engine: Engine, database: sa.Engine, report: Report) -> Durable:
    """Measure a step; prints where its time goes."""
    for number in range(50):
        one_case(engine, -number)
    samples, processor = [], time.process_time()
    for number in range(CASES):
        began = time.perf_counter()
        one_case(engine, number)
        samples.append((time.perf_counter() - began) / 2)
    processor = (time.process_time() - processor) / (2 * CASES)
    clockwork = Clockwork()
    with ExitStack() as stack:
        _watch(stack, clockwork, database)
        began = time.perf_counter()
        for number in range(CASES):
            one_case(engine, CASES + number)
        whole = time.perf_counter() - began
    for phase in dict.fromkeys([*PHASES.values(), *DATABASE.values()]):
        report.add(phase, f"{clockwork.seconds[phase] / whole:.1%}", "of a durable step")
    report.add("all else", f"{1 - sum(clockwork.seconds.values()) / whole:.1%}", "rows, history, the session")
    commit = clockwork.seconds[DATABASE["do_commit"]] / (2 * CASES)
    return Durable(statistics.median(samples), commit, processor)


def step(program: Program, process_id: str, state: bytes, task: str, values: dict[str, Any]) -> bytes:
    """One step without a database: load, complete, run, look what waits, save."""
    now = SystemClock().now()
    instance = Instance.load(program, process_id, state, now, CALLER)
    waiting = instance.waits().user_tasks.values()
    key = next(t.element_instance for t in waiting if t.element_id == task)
    instance.complete_user_task(key, values)
    instance.run()
    instance.waits()
    return instance.dump()


def begun(program: Program, process_id: str, variables: dict[str, Any]) -> bytes:
    """The state of a new instance at its first wait state."""
    instance = Instance.create(program, process_id, variables, SystemClock().now(), CALLER)
    instance.run()
    return instance.dump()


def seconds(work: Callable[[], object], count: int = 200) -> float:
    """The median time of some work."""
    samples = []
    for _ in range(count):
        began = time.perf_counter()
        work()
        samples.append(time.perf_counter() - began)
    return statistics.median(samples)


def _beside_the_library(durable: Durable, report: Report) -> None:
    variables, answer = {"price": 1990, "quantity": 2}, {"decision": "agree"}
    raw = raw_cost(DIAGRAM, "reference", variables, answer)
    program = parse({"reference.bpmn": DIAGRAM})
    state = begun(program, "reference", variables)
    first = seconds(lambda: begun(program, "reference", variables))
    second = seconds(lambda: step(program, "reference", state, "decide", answer))
    saved = (first + second) / 2
    report.add(
        "step without database, saved and loaded", f"{saved / raw.in_memory:.2f} x", "raw, in memory only"
    )
    report.add("", f"{saved / raw.round_trip:.2f} x", "raw JSON round trip, without running")
    report.add("durable step", f"{durable.wall / raw.in_memory:.2f} x", "raw, in memory only")
    for wall, what in (
        (durable.wall, "raw JSON round trip; the aim is less than 1"),
        (durable.wall - durable.commit, "the same, without waiting for the disk"),
        (durable.processor, "the same, processor time of this process only"),
    ):
        report.add("", f"{wall / raw.round_trip:.2f} x", what)
    report.add("state", f"{len(state) / raw.size:.1%}", "of the raw JSON's bytes")
    content = orjson.loads(state)
    rows = sum(len(orjson.dumps([*row[:6], None])) for row in content["tasks"])
    data = sum(len(orjson.dumps(row[6])) for row in content["tasks"] if row[6] is not None)
    report.add("of the state: tasks", f"{rows / len(state):.0%}", f"{len(content['tasks'])} tasks")
    report.add("of the state: variables", f"{data / len(state):.0%}", "as what differs from the parent's")


def _loop(report: Report) -> None:
    program = parse({"loop.bpmn": LOOP})
    state = begun(program, "loop", {"case": "C202611240000001"})
    costs, sizes = {}, {}
    for number in range(1, 1_001):
        if number in (10, 1_000):
            sizes[number] = len(state)
            going_round = functools.partial(step, program, "loop", state, "again", {"stop": False})
            costs[number] = seconds(going_round)
        state = step(program, "loop", state, "again", {"stop": False})
    report.add("a loop's round 1,000", f"{costs[1_000] / costs[10]:.2f} x", "the time of round 10")
    report.add("", f"{sizes[1_000] / sizes[10]:.2f} x", "the state of round 10")


def _in_a_row(report: Report) -> None:
    costs, sizes, parsing = {}, {}, {}
    for length in (10, IN_A_ROW):
        names = [f"t{n}" for n in range(length)]
        text = diagram("row", start(), end(), *(user(n) for n in names), flows("start", *names, "end"))
        files = {"row.bpmn": text}
        parsing[length] = seconds(functools.partial(parse, files), 3)
        program = parse(files)
        state = begun(program, "row", {"n": 1})
        for name in names[:-5]:
            state = step(program, "row", state, name, {})
        sizes[length] = len(state)
        costs[length] = seconds(functools.partial(step, program, "row", state, names[-5], {}))
    report.add(f"a step near the end of {IN_A_ROW:,} tasks", f"{costs[IN_A_ROW] / costs[10]:.2f} x", "of 10")
    report.add("", f"{sizes[IN_A_ROW] / sizes[10]:.2f} x", "the state of 10")
    growth = parsing[IN_A_ROW] / parsing[10] / (IN_A_ROW / 10)
    report.add("parsing, for each task", f"{growth:.2f} x", "of 10; once for each deployment")


def measure(ground: Ground, report: Report) -> None:
    """Shares of a step, ratios to the library in the same run, and flatness."""
    report.title("Engine: where a durable step's time goes (reference process)")
    engine, database = build(ground.database())
    with engine.transaction() as session:
        engine.deploy(session, {"reference.bpmn": DIAGRAM}, actor=ACTOR)
    durable = _durable(engine, database, report)
    database.dispose()
    report.title("Engine: beside SpiffWorkflow as it comes, same process, same run")
    _beside_the_library(durable, report)
    report.title("Engine: a step as the history grows")
    _loop(report)
    _in_a_row(report)
