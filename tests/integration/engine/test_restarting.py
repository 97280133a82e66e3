"""Restarting an ended instance from an element: a new one, with links both ways."""

from __future__ import annotations

import functools
import uuid

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.fencing import WouldFail
from engine.commands.restart import StillRunning, places_to_restart, restart_instance
from engine.commands.suspend import suspend_version
from engine.commands.variables import VariableInvalid
from engine.failures import InstanceNotFound, VersionSuspended
from engine.queries.instance_view import instance_view
from engine.spiff.refusals import ElementUnknown, EntersBoundaryEvent, EntersJoin
from engine.values import Variables
from tests.diagrams import diagram, element, end, flows, start, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import REVIEW, begin, complete, count, deploy, instance_of, task_of
from tests.racing import race

JOINED = diagram(
    "joined",
    start(),
    element("parallelGateway", "split"),
    user("a"),
    user("b"),
    element("parallelGateway", "join"),
    element("callActivity", "call", calledElement="review"),
    end(),
    flows("start", "split", "a", "join", "call", "end"),
    flows("split", "b", "join"),
)


def restart(
    engine: Engine, instance_id: uuid.UUID, target: tuple[str, str], variables: Variables
) -> uuid.UUID:
    with engine.transaction() as session:
        return restart_instance(
            engine, session, instance_id, target, variables=variables, reason="客户撤回", actor=SELLER
        )


def test_a_completed_instance_begins_again_where_it_is_told_to(engine: Engine) -> None:
    deploy(engine, REVIEW)
    old = begin(engine)
    with pytest.raises(StillRunning):
        restart(engine, old, ("review", "decide"), {})
    complete(engine, task_of(engine, old).id, decision="refuse")
    ended = instance_of(engine, old).variables or {}
    new = restart(engine, old, ("review", "decide"), ended | {"amount": 5})
    assert (count(engine, tables.Timer), count(engine, tables.MessageSubscription)) == (2, 1)
    complete(engine, task_of(engine, new).id, decision="agree")
    record = instance_of(engine, new)
    assert (record.status, record.business_key) == ("completed", "K1")
    assert (record.variables or {})["outcome"] == "agreed"
    assert (record.variables or {})["amount"] == 5
    assert instance_of(engine, old).variables == ended
    with engine.transaction() as session:
        assert list(instance_view(session, old).restarted_as) == [new]
        assert instance_view(session, new).restarted_from == old
        history = tables.HistoryEvent
        query = sa.select(history).where(history.kind.in_(["restarted", "restarted_from"]))
        events = {event.instance_id: event for event in session.scalars(query)}
    assert (events[old].kind, (events[old].data or {})["instance"]) == ("restarted", str(new))
    data = events[new].data or {}
    assert (events[new].kind, data["instance"], data["reason"]) == ("restarted_from", str(old), "客户撤回")
    again = restart(engine, old, ("review", "agreed"), {"shop": "1"})  # straight to its end
    assert instance_of(engine, again).status == "completed"


def test_of_two_who_restart_it_at_once_one_does(engine: Engine) -> None:
    deploy(engine, REVIEW)
    ended = [begin(engine, key=f"K{number}") for number in range(6)]
    for instance_id in ended:
        complete(engine, task_of(engine, instance_id).id, decision="refuse")
    target = ("review", "decide")
    rounds = [[functools.partial(restart, engine, old, target, {"shop": "1"})] * 2 for old in ended]
    for one in race(rounds):
        assert sorted(type(outcome).__name__ for outcome in one) == ["RestartedAlready", "UUID"]
    assert count(engine, tables.Execution) == len(ended)


def test_a_cancelled_one_begins_again_inside_a_called_process(engine: Engine) -> None:
    deploy(engine, REVIEW, JOINED)
    old = begin(engine, "joined")
    with engine.transaction() as session:
        engine.cancel_instance(session, old, reason="over", actor=SELLER)
    new = restart(engine, old, ("review", "decide"), {"shop": "1"})
    complete(engine, task_of(engine, new).id, decision="agree")
    assert instance_of(engine, new).status == "completed"
    with pytest.raises(EntersJoin):
        restart(engine, old, ("joined", "join"), {})
    with engine.transaction() as session:
        places = places_to_restart(engine, session, old)
    assert {place.element_id for place in places if place.refusal} == {
        "join",
        "remind",
        "expire",
        "withdrawn",
    }


def test_what_makes_no_sense_is_refused_and_starts_nothing(engine: Engine) -> None:
    deploy(engine, REVIEW)
    old = begin(engine)
    complete(engine, task_of(engine, old).id, decision="refuse")
    for target, refusal in (
        (("review", "expire"), EntersBoundaryEvent),
        (("review", "nowhere"), ElementUnknown),
        (("", ""), ElementUnknown),
    ):
        with pytest.raises(refusal):
            restart(engine, old, target, {"shop": "1"})
    with pytest.raises(WouldFail):  # nobody could do the task
        restart(engine, old, ("review", "decide"), {})
    with pytest.raises(VariableInvalid):
        restart(engine, old, ("review", "decide"), {"x": float("inf")})
    with pytest.raises(InstanceNotFound):
        restart(engine, uuid.uuid4(), ("review", "decide"), {})
    with engine.transaction() as session:
        version = instance_of(engine, old).definition_id
        suspend_version(engine, session, version, reason="stop", actor=SELLER)
    with pytest.raises(VersionSuspended):
        restart(engine, old, ("review", "decide"), {"shop": "1"})
    assert (count(engine, tables.ProcessInstance), count(engine, tables.Incident)) == (1, 0)
