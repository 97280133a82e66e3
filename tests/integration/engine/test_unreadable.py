"""A state that this release can't read: whoever asks is told, and an operator finds an incident."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.clock import FixedClock
from engine.commands.cancel import cancel_instance
from engine.failures import InstanceUnreadable
from engine.incidents import retry_incident
from engine.inspecting import inspect_state
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import REVIEW, begin, complete, deploy, instance_of, task_of


def damage(engine: Engine, instance_id: uuid.UUID, state: bytes) -> bytes:
    """Replace the saved state, and return what was there."""
    with engine.transaction() as session:
        execution = session.get_one(tables.Execution, instance_id)
        before, execution.state = execution.state, state
        return before


def open_incidents(engine: Engine) -> list[tables.Incident]:
    with engine.transaction() as session:
        query = sa.select(tables.Incident).where(tables.Incident.resolved_at.is_(None))
        return list(session.scalars(query.order_by(tables.Incident.id)))


@pytest.mark.parametrize("state", [b'{"format": 99}', b'{"format": 1, "process": "gone"}', b"\x00"])
def test_a_person_is_told_and_the_incident_does_the_command_again(engine: Engine, state: bytes) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    task = task_of(engine, instance_id)
    good = damage(engine, instance_id, state)
    for _ in range(2):
        with pytest.raises(InstanceUnreadable):
            complete(engine, task.id, decision="agree")
    (incident,) = open_incidents(engine)
    assert (incident.count, incident.instance_id, incident.kind) == (2, instance_id, "step")
    assert "StateUnreadable" in incident.message
    with engine.transaction() as session:
        shown = inspect_state(engine, session, instance_id)
    assert (shown.readable, shown.variables) == (False, {})
    with pytest.raises(InstanceUnreadable), engine.transaction() as session:
        retry_incident(engine, session, incident.id, actor=SELLER, reason="again")
    damage(engine, instance_id, good)
    with engine.transaction() as session:
        retry_incident(engine, session, incident.id, actor=SELLER, reason="the release is back")
    assert instance_of(engine, instance_id).status == "completed"
    assert open_incidents(engine) == []


def test_messages_reading_and_cancelling_leave_incidents_too(engine: Engine) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    task = task_of(engine, instance_id)
    good = damage(engine, instance_id, b"{}")
    with pytest.raises(InstanceUnreadable), engine.transaction() as session:
        engine.correlate(session, "withdraw", business_key="K1", actor=SELLER)
    with pytest.raises(InstanceUnreadable), engine.transaction() as session:
        engine.task_variables(session, task)
    with pytest.raises(InstanceUnreadable), engine.transaction() as session:
        cancel_instance(engine, session, instance_id, reason="stuck", actor=SELLER)
    message, load = open_incidents(engine)
    assert (message.command["do"], load.command["do"], load.count) == ("correlate", "load", 2)
    damage(engine, instance_id, good)
    with engine.transaction() as session:
        retry_incident(engine, session, load.id, actor=SELLER, reason="readable again")
    assert [i.id for i in open_incidents(engine)] == [message.id]


def test_a_timer_that_finds_it_leaves_an_incident_and_fires_on_the_retry(
    engine: Engine, clock: FixedClock, work: Callable[[], int]
) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    good = damage(engine, instance_id, b"{}")
    clock.advance(dt.timedelta(hours=49))
    work()
    incidents = open_incidents(engine)
    assert {incident.command["do"] for incident in incidents} == {"fire_timer"}
    damage(engine, instance_id, good)
    for incident in incidents:
        with engine.transaction() as session:
            retry_incident(engine, session, incident.id, actor=SELLER, reason="again")
    assert (instance_of(engine, instance_id).variables or {})["outcome"] == "timeout"
