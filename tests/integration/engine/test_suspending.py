"""Suspending and resuming: nothing happens meanwhile, and nothing is lost or done twice."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.clock import FixedClock
from engine.commands.record import ReasonMissing
from engine.commands.suspend import (
    AlreadySuspended,
    NotSuspended,
    resume_instance,
    resume_version,
    suspend_instance,
    suspend_version,
)
from engine.commands.suspend_job import JobNotFound, resume_job, suspend_job
from engine.failures import InstanceEnded, InstanceNotFound, InstanceSuspended, TaskEnded, VersionSuspended
from engine.operations import BpmnError, OperationContext, OperationRegistry
from engine.services import fire_timers
from tests.diagrams import diagram, end, flows, service, start
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import (
    REVIEW,
    begin,
    complete,
    count,
    deploy,
    instance_of,
    kinds,
    task_of,
)
from tests.jobs import take_jobs

CALL = diagram(
    "calling", start(), service("pay", "test.pay", result="paid"), end(), flows("start", "pay", "end")
)


def suspend(engine: Engine, instance_id: uuid.UUID) -> None:
    with engine.transaction() as session:
        suspend_instance(engine, session, instance_id, reason="查账", actor=SELLER)


def resume(engine: Engine, instance_id: uuid.UUID) -> None:
    with engine.transaction() as session:
        resume_instance(engine, session, instance_id, reason="查完了", actor=SELLER)


def definition_of(engine: Engine, instance_id: uuid.UUID) -> uuid.UUID:
    return instance_of(engine, instance_id).definition_id


def test_people_and_messages_are_refused_until_it_is_resumed(engine: Engine) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    task = task_of(engine, instance_id)
    suspend(engine, instance_id)
    with pytest.raises(InstanceSuspended):
        complete(engine, task.id, decision="agree")
    with pytest.raises(InstanceSuspended), engine.transaction() as session:
        engine.correlate(session, "withdraw", business_key="K1", actor=SELLER)
    with engine.transaction() as session:  # it can still be read
        assert engine.task_variables(session, task)["shop"] == "1"
    resume(engine, instance_id)
    complete(engine, task.id, decision="agree")
    assert instance_of(engine, instance_id).status == "completed"
    assert [kind for kind in kinds(engine, instance_id) if kind in ("suspended", "resumed")] == [
        "suspended",
        "resumed",
    ]


def test_a_timer_that_comes_due_meanwhile_fires_once_afterwards(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    suspend(engine, instance_id)
    clock.advance(dt.timedelta(hours=49))
    assert work() == 0
    assert instance_of(engine, instance_id).status == "running"
    resume(engine, instance_id)
    work()
    record = instance_of(engine, instance_id)
    assert (record.variables or {})["outcome"] == "timeout"
    assert kinds(engine, instance_id).count("timer") == 2


def test_a_timer_that_was_queued_already_waits_too(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    clock.advance(dt.timedelta(hours=25))
    with engine.transaction() as session:
        timer = session.scalars(sa.select(tables.Timer).order_by(tables.Timer.due_at).limit(1)).one()
        session.delete(timer)  # promoted: it lies in the queue
    suspend(engine, instance_id)
    fire_timers(engine, [(instance_id, timer.element_instance, "event")])
    assert work() == 0
    assert "timer" not in kinds(engine, instance_id)
    resume(engine, instance_id)
    work()
    assert kinds(engine, instance_id).count("timer") == 1


def test_a_job_waits_and_is_done_once(
    engine: Engine, registry: OperationRegistry, work: Callable[[], int]
) -> None:
    calls: list[str] = []

    @registry.operation("test.pay", external=True)
    def pay(ctx: OperationContext) -> dict[str, object]:
        calls.append(ctx.idempotency_key)
        return {}

    deploy(engine, CALL)
    instance_id = begin(engine, "calling")
    suspend(engine, instance_id)
    work()
    assert calls == []
    resume(engine, instance_id)
    work()
    assert len(calls) == 1
    assert instance_of(engine, instance_id).status == "completed"


@pytest.mark.parametrize("fails", [False, True])
def test_an_answer_that_comes_meanwhile_is_kept_and_not_asked_for_again(
    engine: Engine, registry: OperationRegistry, work: Callable[[], int], fails: bool
) -> None:
    calls: list[uuid.UUID] = []

    @registry.operation("test.pay", external=True)
    def pay(ctx: OperationContext) -> dict[str, object]:
        calls.append(ctx.instance_id)
        suspend(engine, ctx.instance_id)
        if fails:
            raise BpmnError("REFUSED", "no")
        return {}

    deploy(engine, CALL)
    instance_id = begin(engine, "calling")
    work()
    assert (len(calls), instance_of(engine, instance_id).status) == (1, "running")
    resume(engine, instance_id)
    work()
    assert len(calls) == 1
    if fails:  # nothing handles the error: it is an incident, as it would have been
        assert count(engine, tables.Incident) == 1
    else:
        assert instance_of(engine, instance_id).status == "completed"


def test_a_version_refuses_starts_and_steps_and_goes_on_whole(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, REVIEW)
    first, second = begin(engine, key="K1"), begin(engine, key="K2")
    suspend(engine, second)
    version = definition_of(engine, first)
    with engine.transaction() as session:
        assert suspend_version(engine, session, version, reason="错误的期限", actor=SELLER) == 2
    with pytest.raises(AlreadySuspended), engine.transaction() as session:
        suspend_version(engine, session, version, reason="again", actor=SELLER)
    with pytest.raises(VersionSuspended):
        begin(engine, key="K3")
    with pytest.raises(InstanceSuspended):
        complete(engine, task_of(engine, first).id, decision="agree")
    clock.advance(dt.timedelta(hours=49))
    assert work() == 0
    with engine.transaction() as session:
        assert resume_version(engine, session, version, reason="好了", actor=SELLER) == 2
    work()
    assert instance_of(engine, first).status == "completed"
    assert instance_of(engine, second).status == "running"  # that one is suspended by itself
    resume(engine, second)
    work()
    assert instance_of(engine, second).status == "completed"
    with engine.transaction() as session:
        records = session.scalars(sa.select(tables.CommandRecord).order_by(tables.CommandRecord.id)).all()
    assert [(r.command, r.reason, r.changes["instances"]) for r in records] == [
        ("suspend_version", "错误的期限", 2),
        ("resume_version", "好了", 2),
    ]


def test_one_job_is_suspended_while_its_instance_goes_on(
    engine: Engine, registry: OperationRegistry, work: Callable[[], int]
) -> None:
    @registry.operation("test.pay", external=True)
    def pay(_ctx: OperationContext) -> dict[str, object]:
        return {}

    deploy(engine, CALL)
    instance_id = begin(engine, "calling")
    with engine.transaction() as session:
        job = session.scalars(sa.select(tables.ServiceJob)).one()
        suspend_job(engine, session, instance_id, job.element_instance, reason="停", actor=SELLER)
    work()
    assert instance_of(engine, instance_id).status == "running"
    with engine.transaction() as session:
        resume_job(engine, session, instance_id, job.element_instance, reason="行", actor=SELLER)
    work()
    assert instance_of(engine, instance_id).status == "completed"
    with pytest.raises(JobNotFound), engine.transaction() as session:
        resume_job(engine, session, instance_id, job.element_instance, reason="行", actor=SELLER)


def test_what_makes_no_sense_is_refused(engine: Engine) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    with pytest.raises(NotSuspended):
        resume(engine, instance_id)
    with pytest.raises(InstanceNotFound):
        suspend(engine, uuid.uuid4())
    with pytest.raises(ReasonMissing), engine.transaction() as session:
        suspend_instance(engine, session, instance_id, reason="  ", actor=SELLER)
    suspend(engine, instance_id)
    with pytest.raises(AlreadySuspended):
        suspend(engine, instance_id)
    with engine.transaction() as session:  # a suspended instance can still be cancelled
        engine.cancel_instance(session, instance_id, reason="取消", actor=SELLER)
    with pytest.raises(InstanceEnded):
        resume(engine, instance_id)
    assert count(engine, tables.Timer) == 0


def test_of_a_suspension_and_a_decision_at_once_one_comes_first(engine: Engine) -> None:
    deploy(engine, REVIEW)
    for number in range(12):
        instance_id = begin(engine, key=f"K{number}")
        task_id = task_of(engine, instance_id).id
        outcomes: dict[str, BaseException | None] = {}
        barrier = threading.Barrier(2)

        def run(
            name: str,
            command: Callable[[], None],
            outcomes: dict[str, BaseException | None] = outcomes,
            barrier: threading.Barrier = barrier,
        ) -> None:
            barrier.wait()
            try:
                command()
                outcomes[name] = None
            except Exception as error:  # noqa: BLE001 - it is looked at below
                outcomes[name] = error

        def decide(task_id: uuid.UUID = task_id) -> None:
            complete(engine, task_id, decision="agree")

        def hold(instance_id: uuid.UUID = instance_id) -> None:
            suspend(engine, instance_id)

        threads = [
            threading.Thread(target=run, args=("decide", decide)),
            threading.Thread(target=run, args=("hold", hold)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if outcomes["decide"] is None:
            assert isinstance(outcomes["hold"], InstanceEnded)
            assert instance_of(engine, instance_id).status == "completed"
        else:
            assert isinstance(outcomes["decide"], InstanceSuspended)
            assert outcomes["hold"] is None
            resume(engine, instance_id)
            decide()
        with pytest.raises(TaskEnded):
            decide()


def test_a_start_during_the_suspension_of_its_version_is_refused_or_suspended(engine: Engine) -> None:
    deploy(engine, REVIEW)
    version = definition_of(engine, begin(engine, key="K0"))
    started: list[uuid.UUID] = []
    with engine.transaction() as session:
        late = engine.start(session, "review", business_key="K1", variables={"shop": "1"}, actor=SELLER)
        started.append(late)

        def hold() -> None:
            with engine.transaction() as other:
                suspend_version(engine, other, version, reason="停", actor=SELLER)

        thread = threading.Thread(target=hold)
        thread.start()
        thread.join(timeout=0.3)
        assert thread.is_alive()  # it waits for the start that is under way
    thread.join()
    with pytest.raises(InstanceSuspended):
        complete(engine, task_of(engine, late).id, decision="agree")
    take_jobs(engine.transaction)
