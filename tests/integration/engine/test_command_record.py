"""The record of commands: one list of two tables, in one order, page by page, by indexes."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import SYSTEM, Actor, Engine
from engine.clock import FixedClock
from engine.commands.cancel import cancel_instance
from engine.commands.send import send_message
from engine.commands.skip import skip_failed
from engine.commands.suspend import resume_version, suspend_version
from engine.failures import StepFailed
from engine.incidents import retry_incident
from engine.queries.commands import (
    OF_MANY,
    OF_ONE,
    Commanded,
    CommandFilters,
    Place,
    find_commands,
    instances_of,
)
from engine.tables import Incident
from tests.diagrams import diagram, element, end, flows, message, message_definition, script, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import REVIEW, begin, complete, deploy, instance_of, task_of
from tests.integration.engine.test_suspending import resume, suspend
from tests.plans import plans_of

PAUSE = dt.timedelta(minutes=1)
OTHER = Actor(id="88", name="赵运维")


def listed(engine: Engine, *, limit: int = 30, **filters: object) -> list[Commanded]:
    """The whole list, read page by page."""
    rows: list[Commanded] = []
    after: Place | None = None
    for _ in range(100):
        with engine.transaction() as session:
            page = find_commands(session, CommandFilters(**filters), after=after, limit=limit)  # type: ignore[arg-type]
        rows += page.rows
        if page.next is None:
            return rows
        after = page.next
    raise AssertionError("the pages have no end")


def kinds(rows: list[Commanded]) -> list[str]:
    return [row.kind for row in rows]


@pytest.fixture
def commanded(engine: Engine, clock: FixedClock) -> list[uuid.UUID]:
    """Two instances, and commands on them and on their version, several of them at the same instant."""
    deploy(engine, REVIEW)
    first, second = begin(engine, key="K1"), begin(engine, key="K2")
    suspend(engine, first)
    resume(engine, first)
    suspend(engine, second)
    with engine.transaction() as session:
        version = instance_of(engine, first).definition_id
        suspend_version(engine, session, version, reason="停", actor=OTHER)
        resume_version(engine, session, version, reason="行", actor=OTHER)
    clock.advance(PAUSE)
    with engine.transaction() as session:
        send_message(engine, session, "withdraw", business_key="K1", payload={}, reason="补发", actor=OTHER)
        cancel_instance(engine, session, second, reason="作废", actor=SELLER)
    return [first, second]


@pytest.mark.parametrize("limit", [1, 2, 3, 30])
def test_both_tables_are_one_list_whatever_the_page(
    engine: Engine, commanded: list[uuid.UUID], limit: int
) -> None:
    rows = listed(engine, limit=limit)
    assert kinds(rows)[:2] == ["cancel_requested", "send_message"]
    assert sorted(kinds(rows)[2:]) == [
        "resume_version",
        "resumed",
        "suspend_version",
        "suspended",
        "suspended",
    ]
    places = [(row.place.at, row.place.table, row.place.id) for row in rows]
    assert all(before > after for before, after in itertools.pairwise(places))
    cancelled = rows[0]
    assert (cancelled.reason, cancelled.actor_name, cancelled.business_key) == ("作废", SELLER.name, "K2")
    assert (rows[1].process_id, rows[1].changes["business_key"]) == ("review", "K1")


def test_it_is_filtered_by_kind_person_and_instance(engine: Engine, commanded: list[uuid.UUID]) -> None:
    first, second = commanded
    assert kinds(listed(engine, kind="suspended")) == ["suspended"] * 2
    assert kinds(listed(engine, kind="send_message")) == ["send_message"]
    assert kinds(listed(engine, actor_id=OTHER.id)) == ["send_message", "resume_version", "suspend_version"]
    assert kinds(listed(engine, actor_id=SELLER.id, kind="suspended", limit=1)) == ["suspended"] * 2
    assert kinds(listed(engine, instance_ids=(first,))) == [
        "sent_by_hand",
        "version_resumed",
        "version_suspended",
        "resumed",
        "suspended",
    ]
    assert kinds(listed(engine, instance_ids=(second,), actor_id=SELLER.id)) == [
        "cancel_requested",
        "suspended",
    ]
    assert listed(engine, instance_ids=(uuid.uuid4(),)) == []
    with engine.transaction() as session:
        assert instances_of(session, ["K1", "nothing"]) == (first,)
        both = instances_of(session, ["K1", "K2"])
    assert kinds(listed(engine, instance_ids=both, kind="suspended", limit=1)) == ["suspended"] * 2


DIVIDE = diagram(
    "divide",
    element("startEvent", "asked", message_definition("ask")),
    script("each", "each = 300 // count"),
    user("look"),
    end(),
    flows("asked", "each", "look", "end"),
    more=message("ask"),
)


def test_what_helped_an_instance_to_begin_stands_beside_it(engine: Engine) -> None:
    """What failed was to have begun it, so that no instance's history can say who mended that."""
    deploy(engine, DIVIDE)
    for key in ("A", "B"):
        with pytest.raises(StepFailed), engine.transaction() as session:
            engine.correlate(session, "ask", business_key=key, payload={}, actor=SYSTEM)
    with engine.transaction() as session:
        failed = {row.business_key: row.id for row in session.scalars(sa.select(Incident))}
        skip_failed(engine, session, failed["A"], given={"each": 30}, reason="算过", actor=OTHER)
    with pytest.raises(StepFailed) as caught, engine.transaction() as session:
        retry_incident(engine, session, failed["B"], actor=OTHER, reason="再试")
    assert caught.value.params == {"incident": str(failed["B"])}
    (row,) = listed(engine)
    assert (row.kind, row.process_id, row.reason) == ("step_skipped", "divide", "算过")
    assert (row.actor_name, row.changes["business_key"]) == (OTHER.name, "A")
    assert row.changes["result"] == {"each": 30}
    assert "reason" not in row.changes


def test_what_people_do_themselves_is_no_command(engine: Engine, work: Callable[[], int]) -> None:
    deploy(engine, REVIEW)
    complete(engine, task_of(engine, begin(engine)).id, decision="agree")
    work()
    assert listed(engine) == []


def test_each_list_is_read_by_an_index(engine: Engine, commanded: list[uuid.UUID]) -> None:
    """What the indexes hold is what is listed: the planner would use none of them otherwise."""
    with engine.transaction() as session, plans_of(session, "seqscan", "sort") as plans:
        after = Place(at=instance_of(engine, commanded[0]).started_at, table=1, id=10**9)
        for kind, actor in itertools.product((None, OF_ONE[0], OF_MANY[0]), (None, "7")):
            find_commands(session, CommandFilters(kind=kind, actor_id=actor), after=after)
        for kind in (None, OF_ONE[0]):
            find_commands(session, CommandFilters(kind=kind, instance_ids=(commanded[0],)), after=after)
    assert len(plans) == 14
    for plan in plans:
        assert "Seq Scan on" not in plan
        assert "ix_history_event_command" in plan or "ix_command_record_at" in plan, plan
        assert "Sort" not in plan, plan
