"""Migrations of many instances: in batches, stopped, killed, one failing or busy; each is moved once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import Engine
from engine.commands.migrate import stop_migration
from engine.commands.suspend import locked
from engine.migration import moving, rewriting
from engine.migration.moving import move_batch
from engine.stepping import Step
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import complete, instance_of, kinds, task_of
from tests.integration.engine.versions import findings, outcomes, read, run, under_way, versions
from tests.jobs import take_jobs


def test_a_stopped_migration_touches_nothing_more_and_goes_on_later(
    engine: Engine, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)
    migration_id, ids = under_way(engine, work, instances=5)
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
    migration_id, ids = under_way(engine, work, instances=4)
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
    migration_id, ids = under_way(engine, work, instances=3)
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
    migration_id, ids = under_way(engine, work, instances=3)
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
    migration_id, ids = under_way(engine, work, instances=16)
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
