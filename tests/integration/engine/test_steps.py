"""The step on a real database: one transaction, fenced, with its history, and nothing lost."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.clock import FixedClock
from engine.failures import StepFailed, TaskEnded, TaskNotFound
from engine.incidents import retry_incident
from engine.inspecting import inspect_state
from engine.operations import BpmnError, OperationContext, OperationRegistry, Unrecoverable
from engine.services import MAX_ATTEMPTS
from engine.stepping import Transaction
from tests.diagrams import (
    diagram,
    end,
    flows,
    service,
    start,
)
from tests.integration.engine.conftest import SELLER, STRANGER
from tests.integration.engine.reviewing import REVIEW, begin, complete, count, deploy, instance_of, task_of

RUNTIME = (tables.Execution, tables.UserTask, tables.Timer, tables.MessageSubscription, tables.ServiceJob)


def test_a_task_waits_with_its_deadline_and_what_then_happens(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, REVIEW)
    task = task_of(engine, begin(engine))
    assert task.candidate_group == "shop:1"
    assert task.due_at == clock.now() + dt.timedelta(hours=48)
    assert task.due_effect == "expire"
    assert count(engine, tables.Timer) == 2
    assert count(engine, tables.MessageSubscription) == 1


def test_a_decision_ends_the_instance_and_leaves_only_its_record(engine: Engine) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    complete(engine, task_of(engine, instance_id).id, decision="agree")
    record = instance_of(engine, instance_id)
    assert record.status == "completed"
    assert record.variables is not None
    assert record.variables["outcome"] == "agreed"
    assert [count(engine, table) for table in RUNTIME] == [0, 0, 0, 0, 0]
    with engine.transaction() as session:
        kinds = session.execute(
            sa.select(
                tables.HistoryEvent.kind, tables.HistoryEvent.element_id, tables.HistoryEvent.actor_name
            )
            .where(tables.HistoryEvent.instance_id == instance_id)
            .order_by(tables.HistoryEvent.id)
        ).all()
    assert ("submitted", "decide", "李店长") in [tuple(row) for row in kinds]
    assert kinds[0].kind == "started"
    assert kinds[-1].kind == "completed"


def test_who_may_not_know_of_a_task_hears_that_there_is_none(engine: Engine) -> None:
    deploy(engine, REVIEW)
    task = task_of(engine, begin(engine))
    with pytest.raises(TaskNotFound):
        complete(engine, task.id, STRANGER, decision="agree")
    with pytest.raises(TaskNotFound):
        complete(engine, uuid.uuid4(), decision="agree")
    assert count(engine, tables.UserTask) == 1


def test_a_second_decision_is_told_who_decided_and_when(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, REVIEW)
    task = task_of(engine, begin(engine))
    decided_at = clock.now()
    complete(engine, task.id, decision="agree")
    clock.advance(dt.timedelta(minutes=5))
    with pytest.raises(TaskEnded) as refusal:
        complete(engine, task.id, decision="refuse")
    assert refusal.value.params["by"] == "李店长"
    assert refusal.value.params["at"] == decided_at


def test_reminder_and_timeout_fire_once_each_after_an_outage(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    assert work() == 0
    clock.advance(dt.timedelta(days=3))
    assert work() == 1, "both timers are overdue and travel in one job"
    assert work() == 0
    record = instance_of(engine, instance_id)
    assert record.variables is not None
    assert record.variables["outcome"] == "timeout"
    with engine.transaction() as session:
        fired = session.scalars(
            sa.select(tables.HistoryEvent.element_id)
            .where(tables.HistoryEvent.instance_id == instance_id, tables.HistoryEvent.kind == "timer")
            .order_by(tables.HistoryEvent.id)
        ).all()
    assert fired == ["remind", "expire"]


def test_a_message_finds_its_instance_by_business_key(engine: Engine) -> None:
    deploy(engine, REVIEW)
    one, other = begin(engine, key="K1"), begin(engine, key="K2")
    with engine.transaction() as session:
        payload = {"why": "changed my mind"}
        assert engine.correlate(session, "withdraw", business_key="K1", payload=payload, actor=SELLER)
        assert not engine.correlate(session, "withdraw", business_key="K3", actor=SELLER)
    record = instance_of(engine, one)
    assert record.variables is not None
    assert record.variables["withdrawal"] == {"why": "changed my mind"}
    assert instance_of(engine, other).status == "running"
    with engine.transaction() as session:
        assert not engine.correlate(session, "withdraw", business_key="K1", actor=SELLER)


def test_of_many_who_decide_at_once_exactly_one_wins(engine: Engine) -> None:
    deploy(engine, REVIEW)
    task = task_of(engine, begin(engine))
    results: list[str] = []
    gate = threading.Barrier(8)

    def decide() -> None:
        gate.wait()
        try:
            complete(engine, task.id, decision="agree")
            results.append("won")
        except TaskEnded:
            results.append("told")

    threads = [threading.Thread(target=decide) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["told"] * 7 + ["won"]


CALLING = diagram(
    "calling",
    start(),
    service("inside", "book.it", "booked", number="6 * 7"),
    service("outside", "pay.out", "paid", amount="booked['n']"),
    end(),
    flows("start", "inside", "outside", "end"),
)


def test_operations_run_inside_the_step_or_as_jobs(
    engine: Engine, registry: OperationRegistry, work: Callable[[], int]
) -> None:
    keys = []

    @registry.operation("book.it")
    def book(ctx: OperationContext, *, number: int) -> dict[str, int]:
        assert ctx.session.in_transaction()
        return {"n": number}

    @registry.operation("pay.out", external=True)
    def pay(ctx: OperationContext, *, amount: int) -> dict[str, int]:
        keys.append(ctx.idempotency_key)
        return {"paid": amount}

    deploy(engine, CALLING)
    instance_id = begin(engine, "calling")
    assert count(engine, tables.ServiceJob) == 1
    assert work() == 1
    record = instance_of(engine, instance_id)
    assert record.variables is not None
    assert record.variables["paid"] == {"paid": 42}
    assert len(set(keys)) == 1


def test_a_failing_operation_changes_nothing_and_leaves_one_incident(
    engine: Engine, registry: OperationRegistry
) -> None:
    broken = True

    @registry.operation("book.it")
    def book(ctx: OperationContext, *, number: int) -> dict[str, int]:
        if broken:
            raise RuntimeError("the shelf fell down")
        return {"n": number}

    registry.operation("pay.out", external=True)(lambda ctx, *, amount: {})  # noqa: ARG005
    deploy(engine, CALLING)
    for _ in range(2):
        with pytest.raises(StepFailed):
            begin(engine, "calling")
    assert count(engine, tables.ProcessInstance) == 0
    with engine.transaction() as session:
        incident = session.scalars(sa.select(tables.Incident)).one()
        assert incident.count == 2
        assert "the shelf fell down" in incident.message
        assert incident.element_id == "inside"
    with pytest.raises(StepFailed), engine.transaction() as session:
        retry_incident(engine, session, incident.id, actor=SELLER)
    broken = False
    with engine.transaction() as session:
        retry_incident(engine, session, incident.id, actor=SELLER, reason="the shelf stands again")
    assert count(engine, tables.ProcessInstance) == 1
    with engine.transaction() as session:
        assert session.get_one(tables.Incident, incident.id).resolved_by == SELLER.id


def test_an_external_failure_is_retried_with_pauses_then_an_operator_retries(
    engine: Engine, registry: OperationRegistry, clock: FixedClock, work: Callable[[], int]
) -> None:
    calls: list[str] = []
    registry.operation("book.it")(lambda ctx, *, number: {"n": number})  # noqa: ARG005

    @registry.operation("pay.out", external=True)
    def pay(ctx: OperationContext, *, amount: int) -> dict[str, int]:
        calls.append(ctx.idempotency_key)
        if len(calls) <= MAX_ATTEMPTS:
            raise ConnectionError("no answer")
        return {"paid": amount}

    deploy(engine, CALLING)
    instance_id = begin(engine, "calling")
    for _ in range(MAX_ATTEMPTS):
        work()
        clock.advance(dt.timedelta(minutes=5))
    work()
    assert len(calls) == MAX_ATTEMPTS
    with engine.transaction() as session:
        incident = session.scalars(sa.select(tables.Incident)).one()
        assert (incident.kind, incident.element_id) == ("service", "outside")
        assert inspect_state(engine, session, instance_id).elements[0].process_id == "calling"
        retry_incident(engine, session, incident.id, actor=SELLER)
    work()
    assert instance_of(engine, instance_id).status == "completed"
    assert len(set(calls)) == 1, "the same idempotency key for every repetition"


def test_what_no_repetition_mends_is_an_incident_at_once(
    engine: Engine, registry: OperationRegistry, work: Callable[[], int]
) -> None:
    registry.operation("book.it")(lambda ctx, *, number: {"n": number})  # noqa: ARG005

    @registry.operation("pay.out", external=True)
    def pay(ctx: OperationContext, *, amount: int) -> dict[str, int]:
        raise Unrecoverable("the account is closed")

    deploy(engine, CALLING)
    begin(engine, "calling")
    work()
    assert count(engine, tables.Incident) == 1


def test_a_business_error_that_nothing_handles_is_an_incident(
    engine: Engine, registry: OperationRegistry
) -> None:
    @registry.operation("book.it")
    def book(ctx: OperationContext, *, number: int) -> dict[str, int]:
        raise BpmnError("NO_STOCK", "the shelf is empty")

    registry.operation("pay.out", external=True)(lambda ctx, *, amount: {})  # noqa: ARG005
    deploy(engine, CALLING)
    with pytest.raises(StepFailed):
        begin(engine, "calling")
    with engine.transaction() as session:
        assert "NO_STOCK" in session.scalars(sa.select(tables.Incident.message)).one()


def test_the_caller_rolls_back_with_the_step(engine: Engine, transaction: Transaction) -> None:
    deploy(engine, REVIEW)

    def start_and_fail() -> None:
        with transaction() as session:
            engine.start(session, "review", business_key="K1", variables={"shop": "1"}, actor=SELLER)
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        start_and_fail()
    assert count(engine, tables.ProcessInstance) == 0
    assert count(engine, tables.Timer) == 0


def test_a_step_costs_a_constant_number_of_statements(engine: Engine, database: sa.Engine) -> None:
    deploy(engine, REVIEW)
    begin(engine)  # parses and caches the program
    statements: list[str] = []
    sa.event.listen(database, "before_cursor_execute", lambda *args: statements.append(args[2]))
    instance_id = begin(engine, key="K2")
    started = len(statements)
    task_id = task_of(engine, instance_id).id
    statements.clear()
    complete(engine, task_id, decision="agree")
    assert started <= 8
    assert len(statements) <= 8


def test_an_old_version_runs_on_while_new_instances_start_on_the_new(engine: Engine) -> None:
    deploy(engine, REVIEW)
    old = begin(engine, key="K1")
    deploy(engine, REVIEW.replace("'agreed'", "'agreed, version 2'"))
    new = begin(engine, key="K2")
    for instance_id in (old, new):
        complete(engine, task_of(engine, instance_id).id, decision="agree")
    outcomes = [(instance_of(engine, i).variables or {})["outcome"] for i in (old, new)]
    assert outcomes == ["agreed", "agreed, version 2"]


def test_the_same_files_deployed_again_make_no_new_version(engine: Engine) -> None:
    deploy(engine, REVIEW)
    deploy(engine, REVIEW)
    assert count(engine, tables.ProcessDefinition) == 1
    assert count(engine, tables.Deployment) == 1
