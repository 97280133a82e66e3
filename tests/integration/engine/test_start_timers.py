"""The clock starts the released version: each due instant once, whatever happens."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.clock import FixedClock
from engine.commands.release import release_version
from engine.commands.suspend import resume_version, suspend_version
from engine.due_starts import start_due
from engine.failures import StepFailed
from engine.incidents import retry_incident
from tests.diagrams import cycle, date, diagram, element, end, flows, script, timer, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import count, deploy
from tests.integration.engine.test_starting import released, tasks

HOUR = dt.timedelta(hours=1)


def nightly(definition: str, *, work: str = "work") -> str:
    return diagram(
        "nightly",
        element("startEvent", "clock", definition),
        user(work, "'shop:1'"),
        end(),
        flows("clock", work, "end"),
    )


def key_of(due: dt.datetime) -> str:
    return f"nightly:clock:0:{due.isoformat()}"


def test_a_rhythm_starts_one_instance_each_time_among_two_workers(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, nightly(cycle('"R/PT1H"')))
    began = clock.now()
    assert start_due(engine) == 0
    for _ in range(3):
        clock.advance(HOUR)
        together = threading.Barrier(2)
        done: list[int] = []

        def work(together: threading.Barrier = together, done: list[int] = done) -> None:
            together.wait()
            done.append(start_due(engine))

        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sum(done) == 1
    assert tasks(engine) == [("work", key_of(began + n * HOUR)) for n in (1, 2, 3)]


def test_what_passes_in_an_outage_starts_once(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, nightly(cycle('"R4/PT1H"')))
    began = clock.now()
    clock.advance(2.5 * HOUR)
    assert start_due(engine) == 1
    deploy(engine, nightly(cycle('"R4/PT1H"')))  # the same files: the rhythm goes on
    clock.advance(HOUR)
    assert start_due(engine) == 1
    clock.advance(100 * HOUR)
    assert start_due(engine) == 1
    clock.advance(100 * HOUR)
    deploy(engine, nightly(cycle('"R4/PT1H"')))
    assert start_due(engine) == 0
    assert tasks(engine) == [("work", key_of(began + n * HOUR)) for n in (1, 3, 4)]


def test_the_clock_follows_releases_and_suspensions(engine: Engine, clock: FixedClock) -> None:
    due = clock.now() + 3 * HOUR
    deploy(engine, nightly(date(f"'{due.isoformat()}'")))
    deploy(engine, nightly(cycle('"R/PT1H"'), work="newer"))
    clock.advance(HOUR)
    assert start_due(engine) == 1
    first = released(engine)[0].id
    with engine.transaction() as session:
        release_version(engine, session, first, reason="back", actor=SELLER)
        suspend_version(engine, session, first, reason="look", actor=SELLER)
    clock.advance(5 * HOUR)
    assert start_due(engine) == 0
    with engine.transaction() as session:
        resume_version(engine, session, first, reason="go", actor=SELLER)
    assert start_due(engine) == 1
    clock.advance(5 * HOUR)
    assert start_due(engine) == 0
    assert tasks(engine) == [("newer", key_of(due - 2 * HOUR)), ("work", key_of(due))]
    deploy(engine, nightly(date(f"'{due.isoformat()}'"), work="late"))  # its date has passed
    assert start_due(engine) == 0


def test_a_duration_starts_once_after_the_release(engine: Engine, clock: FixedClock) -> None:
    later = nightly(timer('"PT3H"'))
    deploy(engine, later)
    due = clock.now() + 3 * HOUR
    clock.advance(2 * HOUR)
    deploy(engine, later)  # the same files: it goes on
    assert start_due(engine) == 0
    clock.advance(10 * HOUR)
    assert [start_due(engine), start_due(engine)] == [1, 0]
    assert tasks(engine) == [("work", key_of(due))]
    deploy(engine, nightly(timer('"PT1H"'), work="other"))
    with engine.transaction() as session:
        release_version(engine, session, released(engine)[0].id, reason="back", actor=SELLER)
    clock.advance(3 * HOUR)
    assert start_due(engine) == 1, "released again, it is counted anew"


def test_who_releases_what_the_clock_will_not_start_is_told(engine: Engine, clock: FixedClock) -> None:
    passed = nightly(date(f"'{(clock.now() - HOUR).isoformat()}'"))
    with engine.transaction() as session:
        result = engine.deploy(session, {"nightly.bpmn": passed}, actor=SELLER)
    assert "timer.start_passed" in {finding.rule for finding in result.findings}
    deploy(engine, nightly(cycle('"R/PT1H"'), work="other"))
    with engine.transaction() as session:
        release_version(engine, session, released(engine)[0].id, reason="back", actor=SELLER)
    with engine.transaction() as session:
        changes = session.scalars(sa.select(tables.CommandRecord.changes)).one()
    assert changes == {"from": 2, "to": 1, "starts_over": ["clock"]}


def test_a_start_that_fails_is_an_incident_and_the_clock_goes_on(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    text = diagram(
        "nightly",
        element("startEvent", "clock", cycle('"R/PT1H"')),
        script("compute", "x = 1 / 0"),
        end(),
        flows("clock", "compute", "end"),
    )
    deploy(engine, text)
    clock.advance(HOUR)
    work()
    clock.advance(HOUR)
    work()
    assert [count(engine, t) for t in (tables.ProcessInstance, tables.Incident)] == [0, 2]
    with engine.transaction() as session:
        incident_id = session.scalars(sa.select(tables.Incident.id).limit(1)).one()
    with pytest.raises(StepFailed), engine.transaction() as session:
        retry_incident(engine, session, incident_id, actor=SELLER)
    deploy(engine, nightly(cycle('"R/PT1H"')))
    with engine.transaction() as session:
        retry_incident(engine, session, incident_id, actor=SELLER)
    with engine.transaction() as session:
        retried = session.get_one(tables.Incident, incident_id)
        assert retried.resolved_at is not None
        assert tasks(engine) == [("work", retried.business_key)]
