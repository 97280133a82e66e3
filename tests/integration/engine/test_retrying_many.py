"""Retrying many incidents: in parts, round by round, stopped, and never twice."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest

from engine import Engine
from engine.clock import FixedClock
from engine.commands.record import ReasonMissing
from engine.commands.retry_many import (
    NothingToRetry,
    RetriesEnded,
    RetriesNotFound,
    retry_later,
    retry_many,
    stop_retries,
)
from engine.failures import LostRace, StepFailed
from engine.ids import new_id
from engine.operations import OperationContext, OperationRegistry
from engine.queries.incidents import find_incidents, narrowed
from engine.queries.retries import incident_groups, matching, retries
from engine.retries import running
from engine.retries.filters import IncidentFilters
from engine.retries.tables import RetryBatch
from engine.tables import Incident
from tests.diagrams import diagram, end, flows, service, start, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import begin, complete, deploy, kinds, task_of
from tests.integration.engine.test_unreadable import open_incidents
from tests.jobs import take_jobs

HOLD = diagram(
    "hold",
    start(),
    user("pick", "'shop:' + shop"),
    service("keep", "test.keep", result="kept", n="n"),
    end(),
    flows("start", "pick", "keep", "end"),
)


@pytest.fixture
def broken(engine: Engine, registry: OperationRegistry) -> set[int]:
    """Deploys HOLD; the numbers for which its operation fails."""
    failing: set[int] = set()

    @registry.operation("test.keep")
    def keep(_ctx: OperationContext, *, n: int) -> dict[str, object]:
        if n in failing:
            raise RuntimeError(f"shelf {n} is locked")
        return {}

    deploy(engine, HOLD)
    return failing


def failed(engine: Engine, broken: set[int], count: int) -> list[uuid.UUID]:
    """Start instances whose step fails."""
    found = []
    for n in range(count):
        broken.add(n)
        found.append(begin(engine, "hold", key=f"K{n}", n=n))
        with pytest.raises(StepFailed):
            complete(engine, task_of(engine, found[-1]).id)
    return found


def ask(engine: Engine, filters: IncidentFilters | None = None) -> uuid.UUID:
    with engine.transaction() as session:
        return retry_many(engine, session, filters or IncidentFilters(), reason="修好了", actor=SELLER).id


def state(engine: Engine, batch_id: uuid.UUID) -> RetryBatch:
    with engine.transaction() as session:
        return retries(session, batch_id)


def test_what_fails_again_is_tried_again_after_growing_pauses(
    engine: Engine, broken: set[int], clock: FixedClock, work: Callable[[], int]
) -> None:
    instances = failed(engine, broken, 3)
    broken.discard(0)
    batch_id = ask(engine)
    work()
    batch = state(engine, batch_id)
    assert (batch.status, batch.total, batch.retried, batch.failed) == ("waiting", 3, 1, 2)
    assert batch.due_at == clock.now() + dt.timedelta(minutes=1)
    assert kinds(engine, instances[0]).count("incident_retried") == 1
    broken.discard(1)
    clock.advance(dt.timedelta(minutes=1))
    work()
    batch = state(engine, batch_id)
    assert (batch.status, batch.round, batch.retried, batch.failed) == ("waiting", 3, 2, 1)
    assert batch.due_at == clock.now() + dt.timedelta(minutes=5)
    for _ in running.PAUSES:
        clock.advance(dt.timedelta(hours=2))
        work()
    batch = state(engine, batch_id)
    assert (batch.status, batch.retried, batch.failed) == ("done", 2, 1)
    (left,) = open_incidents(engine)
    assert (left.instance_id, left.count) == (instances[2], 1 + 5)
    assert work() == 0


def test_it_can_be_stopped_and_goes_on_after_a_worker_died(
    engine: Engine, broken: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    failed(engine, broken, 4)
    broken.clear()
    monkeypatch.setattr(running, "PART", 2)
    batch_id = ask(engine)
    take_jobs(engine.transaction)  # a worker took the job, did a part of it, and died
    assert running.retry_part(engine, batch_id)
    assert (state(engine, batch_id).retried, len(open_incidents(engine))) == (2, 2)
    with engine.transaction() as session:
        stop_retries(engine, session, batch_id, reason="等等", actor=SELLER)
    assert not running.retry_part(engine, batch_id)
    assert (state(engine, batch_id).status, len(open_incidents(engine))) == ("stopped", 2)
    with pytest.raises(RetriesEnded), engine.transaction() as session:
        stop_retries(engine, session, batch_id, reason="again", actor=SELLER)
    again = ask(engine)
    # The job comes twice, as after a worker's death: nothing is done twice.
    assert running.retry_part(engine, again)
    assert not running.retry_part(engine, again)
    assert not running.retry_part(engine, again)
    assert (state(engine, again).status, state(engine, again).retried) == ("done", 2)


def test_a_lost_race_counts_as_no_failure(
    engine: Engine, broken: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    failed(engine, broken, 1)
    broken.clear()
    batch_id = ask(engine)

    def lose(*_arguments: object, **_options: object) -> None:
        raise LostRace

    with monkeypatch.context() as patched:
        patched.setattr(running, "retry_incident", lose)
        with pytest.raises(LostRace):
            running.retry_part(engine, batch_id)
    batch = state(engine, batch_id)
    assert (batch.retried, batch.failed, batch.cursor) == (0, 0, None)
    running.retry_part(engine, batch_id)
    assert state(engine, batch_id).retried == 1


def test_only_what_matches_is_retried(
    engine: Engine, broken: set[int], clock: FixedClock, work: Callable[[], int]
) -> None:
    failed(engine, broken, 12)
    clock.advance(dt.timedelta(hours=2))
    with engine.transaction() as session:
        (group,) = incident_groups(session, IncidentFilters())
        assert (group.count, group.element_id) == (12, "keep")
        assert group.message == "RuntimeError: shelf # is locked"
        alike = IncidentFilters(process_id="hold", element_id="keep", kind="step", message=group.message)
        assert matching(session, alike) == 12
        assert matching(session, IncidentFilters(message="shelf 1")) == 3
        assert matching(session, IncidentFilters(message="SHELF 1 IS")) == 1
        for nothing in (
            IncidentFilters(message="100%"),
            IncidentFilters(message="shelf_1"),
            IncidentFilters(element_id="pick"),
            IncidentFilters(kind="service"),
            IncidentFilters(occurred_before=clock.now() - dt.timedelta(hours=3)),
        ):
            assert matching(session, nothing) == 0
        assert len(find_incidents(session, IncidentFilters(message="shelf 1")).rows) == 3
    broken.clear()
    filters = IncidentFilters(message="shelf 1", occurred_before=clock.now())
    assert IncidentFilters.from_json(filters.to_json()) == filters
    ask(engine, filters)
    work()
    assert len(open_incidents(engine)) == 9
    chosen = tuple(incident.id for incident in open_incidents(engine)[:2])
    with engine.transaction() as session:
        later = retry_later(engine, session, chosen, reason="再试", actor=SELLER)
    assert (work(), len(open_incidents(engine))) == (0, 9)
    clock.advance(dt.timedelta(minutes=1))
    work()
    assert (state(engine, later.id).status, len(open_incidents(engine))) == ("done", 7)


def test_what_makes_no_sense_is_refused(engine: Engine) -> None:
    with pytest.raises(NothingToRetry):
        ask(engine)
    with pytest.raises(ReasonMissing), engine.transaction() as session:
        retry_many(engine, session, IncidentFilters(), reason=" ", actor=SELLER)
    with pytest.raises(RetriesNotFound), engine.transaction() as session:
        stop_retries(engine, session, uuid.uuid4(), reason="x", actor=SELLER)


@pytest.mark.parametrize("few", [200, 1])
def test_what_incidents_say_is_found_however_many_say_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("engine.queries.incidents.FEW", few)
    now = engine.clock.now()
    texts = (
        "Shelf 1 of 货架甲 is empty",
        "shelf 2 of 货架乙 is empty",
        "Shelf 3 is 货架甲",
        "nothing like it",
    )
    with engine.transaction() as session:
        for number, text in enumerate(texts):
            values = {"key": str(number), "process_id": "p", "kind": "step", "detail": "", "command": {}}
            times = {"occurred_at": now, "last_at": now, "count": 1}
            resolved = now if number == 2 else None
            session.add(
                Incident(id=new_id(), business_key="", message=text, resolved_at=resolved, **values, **times)
            )
        session.flush()

        def found(message: str, *, resolved: bool = False) -> set[str]:
            filters = narrowed(session, IncidentFilters(message=message), resolved=resolved)
            return {one.message for one in find_incidents(session, filters, resolved=resolved).rows}

        assert found("SHELF # of") == {texts[0], texts[1]}
        assert found("货架甲") == {texts[0]}
        assert found("货架甲", resolved=True) == {texts[2]}
        assert found("架货") == found("1 of # full") == found("没有") == set()
        assert found("e") == {texts[0], texts[1], texts[3]}
