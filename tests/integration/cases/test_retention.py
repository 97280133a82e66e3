"""What ended long ago loses its details, a part at a time; what people did stays."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa

from engine import retention
from engine.ids import first_id_at, new_id
from engine.inspecting import inspect_state
from engine.retention import forget_history
from engine.tables import DecisionRecord, HistoryEvent, Incident, ProcessInstance
from tests.integration.cases.play import DAY, Play
from tests.racing import race

KEPT = 1_000 * DAY


def forget(play: Play, now: dt.datetime) -> bool:
    with play.tuidan.transaction() as session:
        return forget_history(session, now, KEPT)


def kinds(play: Play, case_no: str) -> Counter[tuple[str, bool]]:
    """How many events of each kind there are, and whether they are a task's that a person did."""
    with play.tuidan.transaction() as session:
        events = session.execute(
            sa.select(HistoryEvent.kind, HistoryEvent.task_id)
            .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
            .where(ProcessInstance.business_key == case_no)
        )
        return Counter((kind, task_id is not None) for kind, task_id in events)


def test_details_go_and_the_trail_stays(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "INSTANCES", 2)
    running = play.ask(play.order())
    cases = [play.ask(play.order()) for _ in range(3)]
    for case_no in cases:
        play.do(case_no, play.seller, decision="agree")
    before, open_before = kinds(play, cases[0]), kinds(play, running)
    with play.tuidan.transaction() as session:
        asked = session.scalar(sa.select(sa.func.count()).select_from(DecisionRecord))
        ids = session.scalars(
            sa.select(ProcessInstance.id).where(ProcessInstance.business_key == cases[0])
        ).all()
        ended = session.scalar(sa.select(sa.func.max(ProcessInstance.ended_at)))
    assert ended is not None
    assert not forget(play, ended + KEPT)
    assert kinds(play, cases[0]) == before
    old = ended + KEPT + DAY
    race([[lambda: forget(play, old), lambda: forget(play, old)]])
    while forget(play, old):
        pass
    after = kinds(play, cases[0])
    assert sum(after.values()) * 3 < sum(before.values())
    gone = set(before) - set(after)
    assert gone <= {("entered", False), ("cancelled", False), ("completed", False)}
    for kept in (("submitted", False), ("result", False), ("started", False), ("completed", True)):
        assert after[kept] == before[kept] > 0
    assert kinds(play, running) == open_before
    with play.tuidan.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(DecisionRecord)) == asked
        removed = sa.select(sa.func.count()).where(ProcessInstance.details_removed_at.is_not(None))
        assert session.scalar(removed) == session.scalar(
            sa.select(sa.func.count()).where(ProcessInstance.ended_at.is_not(None))
        )
        for instance_id in ids:
            assert inspect_state(play.tuidan.engine, session, instance_id).variables
    assert play.view(cases[0]).case.decided_by_name == "李掌柜"
    # A running case goes on as if nothing had been.
    play.do(running, play.seller, decision="agree")
    assert play.view(running).case.outcome == "refunded"


def test_resolved_incidents_go_and_open_ones_stay(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PART", 2)
    now = dt.datetime.now(dt.UTC)
    with play.tuidan.transaction() as session:
        for number in range(6):
            session.add(
                Incident(
                    id=new_id(),
                    key=f"k{number}",
                    business_key="",
                    process_id="p",
                    kind="step",
                    message="",
                    detail="",
                    command={},
                    occurred_at=now,
                    last_at=now,
                    count=1,
                    resolved_at=None if number == 0 else now + (KEPT if number == 1 else dt.timedelta()),
                )
            )
    assert not forget(play, now + KEPT - DAY)
    assert forget(play, now + KEPT + DAY)
    assert forget(play, now + KEPT + DAY)
    assert not forget(play, now + KEPT + DAY)
    with play.tuidan.transaction() as session:
        assert set(session.scalars(sa.select(Incident.key))) == {"k0", "k1"}


def test_ids_of_a_moment_are_above_what_begins_it() -> None:
    now = dt.datetime.now(dt.UTC)
    assert first_id_at(now - dt.timedelta(seconds=1)) < new_id() < first_id_at(now + dt.timedelta(minutes=1))
    assert first_id_at(now).int & ((1 << 80) - 1) == 0
