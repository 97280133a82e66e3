"""A suspension and a step at once, on connections of their own: one comes first, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections import Counter
from collections.abc import Callable

import sqlalchemy as sa

from engine import Engine, tables
from engine.clock import FixedClock
from engine.commands.suspend import resume_version, suspend_version
from engine.commands.suspend_job import JobNotFound, resume_job, suspend_job
from engine.failures import InstanceEnded, InstanceSuspended, VersionSuspended
from engine.operations import OperationContext, OperationRegistry
from engine.services import call_service, promote_timers
from tests.diagrams import boundary, cycle, diagram, element, end, flows, service, start, timer, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import begin, complete, count, deploy
from tests.integration.engine.test_suspending import resume, suspend
from tests.jobs import take_jobs
from tests.racing import Contender, race, rounds

ROUNDS = 40
ASKING = diagram("asking", start(), user("ask", "'shop:' + shop"), end(), flows("start", "ask", "end"))
PAYING = diagram(
    "paying", start(), service("pay", "test.pay", result="paid"), end(), flows("start", "pay", "end")
)
WAITING = diagram(
    "waiting",
    start(),
    element("intermediateCatchEvent", "hour", timer("'PT1H'")),
    user("ask", "'shop:' + shop"),
    boundary("again", "ask", cycle("'R/PT1H'"), interrupting=False),
    end(),
    end("reminded"),
    flows("start", "hour", "ask", "end"),
    flows("again", "reminded"),
)


def happened(engine: Engine, kind: str, element_id: str | None) -> Counter[uuid.UUID]:
    """How often something has happened in each instance."""
    history = tables.HistoryEvent
    query = sa.select(history.instance_id).where(history.kind == kind, history.element_id == element_id)
    with engine.transaction() as session:
        return Counter(session.scalars(query))


def once(instances: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    return dict.fromkeys(instances, 1)


def tasks_of(engine: Engine, instances: list[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    with engine.transaction() as session:
        task = tables.UserTask
        rows = session.execute(
            sa.select(task.instance_id, task.id).where(task.instance_id.in_(instances))
        ).all()
        return {instance_id: task_id for instance_id, task_id in rows}  # noqa: C416 - typed rows


def test_an_instance_is_suspended_before_a_step_or_after_it(engine: Engine) -> None:
    deploy(engine, ASKING)
    instances = [begin(engine, "asking", key=f"K{n}") for n in range(rounds(ROUNDS))]
    tasks = tasks_of(engine, instances)
    results = race(
        [
            [functools.partial(complete, engine, tasks[i]), functools.partial(suspend, engine, i)]
            for i in tasks
        ]
    )
    refused = []
    for instance_id, refusals in zip(tasks, results, strict=True):
        assert len(refusals) == 1, "one of them came first, and the other was told"
        if isinstance(refusals[0], InstanceSuspended):
            refused.append(instance_id)
        else:
            assert isinstance(refusals[0], InstanceEnded)
    assert set(tasks_of(engine, instances)) == set(refused)
    for instance_id in refused:
        resume(engine, instance_id)
        complete(engine, tasks[instance_id])
    assert happened(engine, "submitted", "ask") == happened(engine, "completed", "end") == once(instances)
    assert (count(engine, tables.Execution), count(engine, tables.Incident)) == (0, 0)


def test_a_version_is_suspended_with_every_instance_and_none_slips_through(engine: Engine) -> None:
    deploy(engine, ASKING)
    first = begin(engine, "asking", key="K")
    with engine.transaction() as session:
        version = session.get_one(tables.ProcessInstance, first).definition_id
    started = [first]

    def hold() -> None:
        with engine.transaction() as session:
            suspend_version(engine, session, version, reason="look", actor=SELLER)

    def let_go() -> None:
        with engine.transaction() as session:
            resume_version(engine, session, version, reason="go", actor=SELLER)

    def start_one(key: str) -> None:
        started.append(begin(engine, "asking", key=key))

    for number in range(rounds(ROUNDS // 2)):
        before = started[-1]
        task_id = tasks_of(engine, [before])[before]
        contenders: list[Contender[None]] = [
            functools.partial(complete, engine, task_id),
            hold,
            functools.partial(start_one, f"K{number}"),
        ]
        (refusals,) = race([contenders])
        assert {type(refusal) for refusal in refusals} <= {InstanceSuspended, VersionSuspended}
        with engine.transaction() as session:
            assert set(session.scalars(sa.select(tables.Execution.version_suspended))) <= {True}
        let_go()
        if any(isinstance(refusal, InstanceSuspended) for refusal in refusals):
            complete(engine, task_id)
        if any(isinstance(refusal, VersionSuspended) for refusal in refusals):
            start_one(f"K{number}")
    complete(engine, tasks_of(engine, started[-1:])[started[-1]])
    assert len(started) == rounds(ROUNDS // 2) + 1
    assert happened(engine, "submitted", "ask") == happened(engine, "completed", "end") == once(started)
    assert count(engine, tables.Incident) == 0


def test_a_call_that_meets_a_suspension_of_its_job_or_its_instance_is_made_once(
    engine: Engine, registry: OperationRegistry, work: Callable[[], int]
) -> None:
    calls: list[str] = []

    @registry.operation("test.pay", external=True)
    def pay(ctx: OperationContext) -> dict[str, object]:
        calls.append(ctx.idempotency_key)
        return {}

    deploy(engine, PAYING)
    instances = [begin(engine, "paying", key=f"K{n}") for n in range(rounds(ROUNDS))]
    with engine.transaction() as session:
        jobs = session.execute(
            sa.select(tables.ServiceJob.instance_id, tables.ServiceJob.element_instance)
        ).all()
    assert len(jobs) == len(take_jobs(engine.transaction)) == len(instances)

    def hold_job(instance_id: uuid.UUID, element_instance: int) -> str:
        with engine.transaction() as session:
            suspend_job(engine, session, instance_id, element_instance, reason="look", actor=SELLER)
        return "job"

    def hold_instance(instance_id: uuid.UUID, _element_instance: int) -> str:
        suspend(engine, instance_id)
        return "instance"

    holds = [hold_job, hold_instance]
    contenders: list[list[Contender[str | None]]] = [
        [functools.partial(call_service, engine, *job), functools.partial(holds[n % 2], *job)]
        for n, job in enumerate(jobs)
    ]
    results = race(contenders)
    assert {type(outcome) for (outcome,) in results} <= {str, InstanceEnded, JobNotFound}
    for (instance_id, element_instance), (outcome,) in zip(jobs, results, strict=True):
        if outcome == "instance":
            resume(engine, instance_id)
        elif outcome == "job":
            try:
                with engine.transaction() as session:
                    resume_job(engine, session, instance_id, element_instance, reason="go", actor=SELLER)
            except JobNotFound:  # the call was under way, and its answer was taken
                assert instance_id in happened(engine, "completed", "end")
    work()
    assert Counter(calls) == Counter(f"{instance_id}:{number}" for instance_id, number in jobs)
    assert happened(engine, "result", "pay") == happened(engine, "completed", "end") == once(instances)
    assert (count(engine, tables.ServiceJob), count(engine, tables.Incident)) == (0, 0)


def test_timers_that_meet_suspensions_and_two_promoters_fire_once(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, WAITING)
    instances = [begin(engine, "waiting", key=f"K{n}") for n in range(rounds(ROUNDS))]
    with engine.transaction() as session:
        version = session.get_one(tables.ProcessInstance, instances[0]).definition_id
    clock.advance(dt.timedelta(hours=3))

    def promote() -> int:
        return sum(promote_timers(engine, limit=5, batch=2) for _ in range(20))

    def hold_and_let_go() -> None:
        for instance_id in instances[::2]:
            suspend(engine, instance_id)
        for instance_id in instances[::2]:
            resume(engine, instance_id)

    def hold_version() -> None:
        for switch in (suspend_version, resume_version):
            with engine.transaction() as session:
                switch(engine, session, version, reason="look", actor=SELLER)

    race([[promote, promote, work, hold_and_let_go, hold_version]])
    work()
    assert happened(engine, "timer", "hour") == happened(engine, "completed", "hour") == once(instances)
    assert set(tasks_of(engine, instances)) == set(instances)
    assert count(engine, tables.Incident) == 0
    # The rounds of a cycle that pass during a suspension fire once together, in the rhythm that it had.
    for instance_id in instances:
        suspend(engine, instance_id)
    with engine.transaction() as session:
        due = session.scalars(sa.select(tables.Timer.due_at).distinct()).one()
    clock.advance(dt.timedelta(hours=5))
    assert work() == 0
    for instance_id in instances:
        resume(engine, instance_id)
    race([[promote, promote, work]])
    work()
    assert happened(engine, "timer", "again") == once(instances)
    with engine.transaction() as session:
        assert session.scalars(sa.select(tables.Timer.due_at).distinct()).all() == [
            due + dt.timedelta(hours=5)
        ]
