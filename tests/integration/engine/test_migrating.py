"""Moving living instances between versions, on a real database."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import Engine, tables
from engine.clock import FixedClock
from engine.commands.migrate import (
    MigrationEndsAlike,
    MigrationNotReady,
    NothingToMove,
    plan_migration,
    run_migration,
    stop_migration,
)
from engine.commands.record import ReasonMissing
from engine.commands.suspend import locked, resume_instance, suspend_instance, suspend_version
from engine.migration import moving, rewriting
from engine.migration.moving import move_batch
from engine.migration.plan import PlanInvalid
from engine.migration.tables import Migration, MigrationFinding, MigrationInstance
from engine.operations import OperationContext, OperationRegistry
from engine.stepping import Step
from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flow,
    flows,
    message,
    message_definition,
    script,
    service,
    start,
    timer,
    user,
)
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import REVIEW, begin, complete, deploy, instance_of, kinds, task_of
from tests.jobs import take_jobs

# The task has another name and group, the reminder is gone, a longer deadline and a warning are new.
CHANGED = diagram(
    "review",
    start(),
    user("judge", "'shop:' + shop + ':senior'"),
    boundary("expire", "judge", timer("'PT96H'")),
    boundary("warn", "judge", timer("'PT12H'"), interrupting=False),
    boundary("withdrawn", "judge", message_definition("take_back", "withdrawal")),
    script("warned", "n = 1"),
    end("end_warned"),
    element("exclusiveGateway", "which", default="which-refused"),
    script("agreed", "outcome = 'agreed in the new version'"),
    script("refused", "outcome = 'refused'"),
    script("timed_out", "outcome = 'timeout'"),
    script("taken_back", "outcome = 'withdrawn'"),
    end(),
    flows("start", "judge", "which", "refused", "end"),
    flow("which", "agreed", "decision == 'agree'"),
    flows("agreed", "end"),
    flows("warn", "warned", "end_warned"),
    flows("expire", "timed_out", "end"),
    flows("withdrawn", "taken_back", "end"),
    more=message("take_back"),
)
RENAMED = {"review": {"decide": "judge"}}


def versions(engine: Engine, process_id: str = "review") -> list[uuid.UUID]:
    with engine.transaction() as session:
        definition = tables.ProcessDefinition
        query = sa.select(definition.id).where(definition.process_id == process_id)
        return list(session.scalars(query.order_by(definition.version)))


def plan(engine: Engine, chosen: Any = None, process_id: str = "review") -> uuid.UUID:
    source, target = versions(engine, process_id)[:2]
    with engine.transaction() as session:
        return plan_migration(
            engine, session, source, target, chosen=chosen or {}, reason="新规则", actor=SELLER
        )


def run(engine: Engine, migration_id: uuid.UUID) -> None:
    with engine.transaction() as session:
        run_migration(engine, session, migration_id, reason="已看过报告", actor=SELLER)


def read(engine: Engine, migration_id: uuid.UUID) -> Migration:
    with engine.transaction() as session:
        return session.get_one(Migration, migration_id)


def findings(engine: Engine, migration_id: uuid.UUID) -> set[tuple[str, str, str, int]]:
    with engine.transaction() as session:
        f = MigrationFinding
        query = sa.select(f.outcome, f.code, f.element_id, f.count).where(f.migration_id == migration_id)
        return {(outcome, code, where, number) for outcome, code, where, number in session.execute(query)}


def outcomes(engine: Engine, migration_id: uuid.UUID) -> dict[uuid.UUID, str]:
    with engine.transaction() as session:
        item = MigrationInstance
        query = sa.select(item.instance_id, item.outcome).where(item.migration_id == migration_id)
        return {row.instance_id: row.outcome for row in session.execute(query)}


def timers_of(engine: Engine, instance_id: uuid.UUID) -> dict[str, tables.Timer]:
    with engine.transaction() as session:
        query = sa.select(tables.Timer).where(tables.Timer.instance_id == instance_id)
        return {timer.element_id: timer for timer in session.scalars(query)}


def test_what_waits_goes_on_in_the_other_version(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    began, before = clock.now(), task_of(engine, instance_id)
    deploy(engine, CHANGED)
    clock.advance(dt.timedelta(hours=1))
    migration_id = plan(engine, RENAMED)
    work()
    checked = read(engine, migration_id)
    assert (checked.status, checked.checked, checked.movable, checked.moved) == ("checked", 1, 1, 0)
    assert findings(engine, migration_id) == {
        ("movable", "moved", "decide", 1),
        ("movable", "event_removed", "remind", 1),
        ("movable", "event_armed", "warn", 1),
    }
    assert instance_of(engine, instance_id).definition_id == versions(engine)[0]  # a dry run

    run(engine, migration_id)
    work()
    assert (read(engine, migration_id).status, read(engine, migration_id).moved) == ("done", 1)
    assert instance_of(engine, instance_id).definition_id == versions(engine)[1]
    task = task_of(engine, instance_id)
    assert (task.id, task.element_id, task.candidate_group) == (before.id, "judge", "shop:1:senior")
    assert task.due_at == began + dt.timedelta(hours=48)  # what was promised is kept
    timers = timers_of(engine, instance_id)
    assert {name: row.due_at for name, row in timers.items()} == {
        "expire": began + dt.timedelta(hours=48),
        "warn": clock.now() + dt.timedelta(hours=12),
    }
    with engine.transaction() as session:
        assert not engine.correlate(session, "withdraw", business_key="K1", actor=SELLER)
        event = session.scalars(
            sa.select(tables.HistoryEvent).where(tables.HistoryEvent.kind == "migrated")
        ).one()
        assert event.data is not None
        assert (event.actor_name, event.data["from"], event.data["to"], event.data["reason"]) == (
            "李店长",
            1,
            2,
            "已看过报告",
        )
        commands = session.scalars(sa.select(tables.CommandRecord.command).order_by(tables.CommandRecord.id))
        assert commands.all() == ["plan_migration", "run_migration"]
    clock.advance(dt.timedelta(hours=13))
    work()  # the warning fires and changes nothing
    with engine.transaction() as session:
        assert engine.correlate(session, "take_back", business_key="K1", actor=SELLER)
    record = instance_of(engine, instance_id)
    assert record.variables is not None
    assert record.variables["outcome"] == "withdrawn"


def test_what_cannot_move_stays_with_the_reason(engine: Engine, work: Callable[[], int]) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    deploy(engine, CHANGED)
    migration_id = plan(engine)  # without a place for the renamed task
    work()
    assert ("blocked", "unmapped", "decide", 1) in findings(engine, migration_id)
    assert outcomes(engine, migration_id) == {instance_id: "blocked"}
    with pytest.raises(NothingToMove):
        run(engine, migration_id)
    complete(engine, task_of(engine, instance_id).id, decision="agree")


def test_a_plan_that_cannot_be_is_refused(engine: Engine) -> None:
    deploy(engine, REVIEW)
    deploy(engine, CHANGED)
    with pytest.raises(PlanInvalid) as refused:
        plan(engine, {"review": {"decide": "agreed", "start": "nowhere"}})
    assert {problem.code for problem in refused.value.problems} >= {"kind_differs", "target_missing"}
    first = versions(engine)[0]
    with pytest.raises(MigrationEndsAlike), engine.transaction() as session:
        plan_migration(engine, session, first, first, chosen={}, reason="x", actor=SELLER)
    with pytest.raises(ReasonMissing), engine.transaction() as session:
        plan_migration(engine, session, *versions(engine), chosen={}, reason=" ", actor=SELLER)


def test_it_is_checked_to_the_end_before_anything_moves(engine: Engine) -> None:
    deploy(engine, REVIEW)
    begin(engine)
    deploy(engine, CHANGED)
    migration_id = plan(engine, RENAMED)
    with pytest.raises(MigrationNotReady):
        run(engine, migration_id)
    with engine.transaction() as session:
        stop_migration(engine, session, migration_id, reason="算了", actor=SELLER)
    assert read(engine, migration_id).status == "abandoned"
    with pytest.raises(MigrationNotReady):
        run(engine, migration_id)


def test_what_happened_since_the_check_is_seen(engine: Engine, work: Callable[[], int]) -> None:
    deploy(engine, REVIEW)
    ended, goes = begin(engine, key="K1"), begin(engine, key="K2")
    deploy(engine, CHANGED)
    migration_id = plan(engine, RENAMED)
    work()
    complete(engine, task_of(engine, ended).id, decision="agree")
    run(engine, migration_id)
    work()
    assert outcomes(engine, migration_id) == {ended: "left", goes: "moved"}
    assert ("left", "ended", "", 1) in findings(engine, migration_id)
    assert (read(engine, migration_id).moved, read(engine, migration_id).left) == (1, 1)


def test_a_stopped_migration_touches_nothing_more_and_goes_on_later(
    engine: Engine, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)
    deploy(engine, REVIEW)
    ids = [begin(engine, key=f"K{number}") for number in range(5)]
    deploy(engine, CHANGED)
    migration_id = plan(engine, RENAMED)
    work()
    run(engine, migration_id)
    take_jobs(engine.transaction)
    assert move_batch(engine, migration_id)
    with engine.transaction() as session:
        stop_migration(engine, session, migration_id, reason="等一等", actor=SELLER)
    assert not move_batch(engine, migration_id)
    assert read(engine, migration_id).moved == 2
    run(engine, migration_id)
    work()
    assert outcomes(engine, migration_id) == dict.fromkeys(ids, "moved")
    assert [kinds(engine, instance_id).count("migrated") for instance_id in ids] == [1] * 5


def test_a_worker_that_dies_in_the_middle_loses_and_repeats_nothing(
    engine: Engine, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)
    deploy(engine, REVIEW)
    ids = [begin(engine, key=f"K{number}") for number in range(4)]
    deploy(engine, CHANGED)
    migration_id = plan(engine, RENAMED)
    work()
    run(engine, migration_id)
    take_jobs(engine.transaction)  # the job is the dead worker's
    real, seen = rewriting.rename, []

    def die(*arguments: Any) -> None:
        seen.append(arguments)
        if len(seen) == 3:
            raise SystemExit("killed")
        real(*arguments)

    monkeypatch.setattr("engine.migration.moving.rename", die)
    assert move_batch(engine, migration_id)
    with pytest.raises(SystemExit):
        move_batch(engine, migration_id)
    monkeypatch.setattr("engine.migration.moving.rename", real)
    assert read(engine, migration_id).moved == 2
    threads = [threading.Thread(target=move_batch, args=(engine, migration_id)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not move_batch(engine, migration_id)
    assert read(engine, migration_id).status == "done"
    assert (read(engine, migration_id).moved, read(engine, migration_id).left) == (4, 0)
    assert [kinds(engine, instance_id).count("migrated") for instance_id in ids] == [1] * 4


def test_one_that_fails_is_taken_back_alone(
    engine: Engine, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(engine, REVIEW)
    ids = [begin(engine, key=f"K{number}") for number in range(3)]
    deploy(engine, CHANGED)
    migration_id = plan(engine, RENAMED)
    work()
    run(engine, migration_id)
    real = rewriting.rename

    def fail(session: Session, step: Step, *rest: Any) -> None:
        real(session, step, *rest)
        if step.instance_id == ids[1]:
            raise ValueError("cable cut")

    monkeypatch.setattr("engine.migration.moving.rename", fail)
    work()
    assert outcomes(engine, migration_id) == {ids[0]: "moved", ids[1]: "left", ids[2]: "moved"}
    assert (read(engine, migration_id).moved, read(engine, migration_id).left) == (2, 1)
    assert ("left", "failed", "", 1) in findings(engine, migration_id)
    assert instance_of(engine, ids[1]).definition_id == versions(engine)[0]
    assert kinds(engine, ids[1]).count("migrated") == 0
    complete(engine, task_of(engine, ids[1]).id, decision="agree")


def test_an_instance_in_the_middle_of_a_step_is_moved_after_it(
    engine: Engine, work: Callable[[], int]
) -> None:
    deploy(engine, REVIEW)
    ids = [begin(engine, key=f"K{number}") for number in range(3)]
    deploy(engine, CHANGED)
    migration_id = plan(engine, RENAMED)
    work()
    run(engine, migration_id)
    take_jobs(engine.transaction)
    with engine.transaction() as session:
        locked(session, ids[0])
        assert move_batch(engine, migration_id), "it doesn't wait for the first"
        assert outcomes(engine, migration_id) == {ids[0]: "movable", ids[1]: "moved", ids[2]: "moved"}
        other = threading.Thread(target=move_batch, args=(engine, migration_id))
        other.start()
        other.join(0.2)
        assert other.is_alive(), "with nothing else in hand it waits"
    other.join()
    assert outcomes(engine, migration_id) == dict.fromkeys(ids, "moved")


def test_who_stops_it_waits_for_the_batch_under_way_and_nothing_moves_after(
    engine: Engine, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)
    deploy(engine, REVIEW)
    ids = [begin(engine, key=f"K{number}") for number in range(16)]
    deploy(engine, CHANGED)
    migration_id = plan(engine, RENAMED)
    work()
    run(engine, migration_id)
    take_jobs(engine.transaction)
    begun, real = threading.Event(), rewriting.rename

    def slowly(*arguments: Any) -> None:
        time.sleep(0.05)
        real(*arguments)

    monkeypatch.setattr("engine.migration.moving.rename", slowly)

    def chain() -> None:
        while move_batch(engine, migration_id):
            begun.set()

    chains = [threading.Thread(target=chain) for _ in range(3)]
    for one in chains:
        one.start()
    assert begun.wait(30)
    with engine.transaction() as session:
        stop_migration(engine, session, migration_id, reason="等一等", actor=SELLER)
    stopped_at = read(engine, migration_id).moved
    for one in chains:
        one.join()
    assert read(engine, migration_id).moved == stopped_at
    assert list(outcomes(engine, migration_id).values()).count("moved") == stopped_at < len(ids)
    run(engine, migration_id)
    work()
    assert outcomes(engine, migration_id) == dict.fromkeys(ids, "moved")
    assert read(engine, migration_id).moved == len(ids)


def test_suspension_is_kept_or_taken_over_from_the_version(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, REVIEW)
    alone, free = begin(engine, key="K1"), begin(engine, key="K2")
    with engine.transaction() as session:
        suspend_instance(engine, session, alone, reason="查账", actor=SELLER)
        suspend_version(engine, session, versions(engine)[0], reason="有错", actor=SELLER)
    deploy(engine, CHANGED)
    migration_id = plan(engine, RENAMED)
    work()
    run(engine, migration_id)
    work()
    assert {timer.held for timer in timers_of(engine, alone).values()} == {True}
    assert {timer.held for timer in timers_of(engine, free).values()} == {False}
    complete(engine, task_of(engine, free).id, SELLER_SENIOR, decision="agree")
    with engine.transaction() as session:
        resume_instance(engine, session, alone, reason="查完了", actor=SELLER)
    clock.advance(dt.timedelta(hours=49))
    work()
    assert instance_of(engine, alone).status == "completed"


SELLER_SENIOR = type(SELLER)(id="9", name="王经理", groups=frozenset({"shop:1:senior"}))


def test_a_call_that_is_under_way_comes_back_to_the_new_version(
    engine: Engine, registry: OperationRegistry, work: Callable[[], int]
) -> None:
    @registry.operation("test.pay", external=True)
    def pay(_ctx: OperationContext) -> dict[str, Any]:
        return {"paid": 5}

    def version(after: str) -> str:
        way = flows("start", "pay", "then", "end")
        return diagram("calling", start(), service("pay", "test.pay"), script("then", after), end(), way)

    deploy(engine, version("n = 1"))
    instance_id = begin(engine, "calling")
    call = take_jobs(engine.transaction)
    deploy(engine, version("n = result['paid'] * 2"))
    migration_id = plan(engine, process_id="calling")
    work()
    run(engine, migration_id)
    work()
    assert outcomes(engine, migration_id) == {instance_id: "moved"}
    with engine.transaction() as session:
        job = session.scalars(sa.select(tables.ServiceJob)).one()
    assert [arguments["element_instance"] for _, arguments in call] == [job.element_instance]
    with engine.transaction() as session:
        assert engine.finish_service(session, instance_id, job.element_instance, {"paid": 5})
    record = instance_of(engine, instance_id)
    assert record.variables is not None
    assert record.variables["n"] == 10


def test_messages_are_waited_for_under_their_new_names(engine: Engine, work: Callable[[], int]) -> None:
    def version(told: str) -> str:
        return diagram(
            "review",
            start(),
            user("decide", "'shop:' + shop"),
            boundary("told", "decide", message_definition(told), interrupting=False),
            end(),
            end("end_told"),
            flows("start", "decide", "end"),
            flows("told", "end_told"),
            more=message(told),
        )

    deploy(engine, version("news"))
    instance_id = begin(engine)
    deploy(engine, version("letter"))
    migration_id = plan(engine)
    work()
    run(engine, migration_id)
    work()
    assert outcomes(engine, migration_id) == {instance_id: "moved"}
    with engine.transaction() as session:
        assert not engine.correlate(session, "news", business_key="K1", actor=SELLER)
        assert engine.correlate(session, "letter", business_key="K1", actor=SELLER)
    complete(engine, task_of(engine, instance_id).id)
