"""Starting activities of an ad-hoc subprocess on a real database."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.ad_hoc import ActivityNotEnabled, AdHocNotFound
from engine.failures import InstanceEnded
from engine.inspecting import inspect_choices
from tests.diagrams import diagram, element, end, flows, start, user
from tests.integration.engine.conftest import SELLER, STRANGER
from tests.integration.engine.reviewing import begin, complete, deploy, instance_of, task_of

GROUP = (
    "<bpmn:extensionElements><spiffworkflow:properties>"
    '<spiffworkflow:property name="candidateGroup" value="\'shop:\' + shop"/>'
    "</spiffworkflow:properties></bpmn:extensionElements>"
)
DESK = diagram(
    "desk_work",
    start(),
    element(
        "adHocSubProcess",
        "desk",
        GROUP
        + user("call", "'shop:' + shop")
        + user("write", "'shop:' + shop")
        + "<bpmn:completionCondition>done</bpmn:completionCondition>",
        ordering="Sequential",
    ),
    end(),
    flows("start", "desk", "end"),
)


def begin_activity(engine: Engine, instance_id: uuid.UUID, activity: str, actor: object = SELLER) -> None:
    with engine.transaction() as session:
        (place,) = inspect_choices(engine, session, instance_id) or [None]
        where = 0 if place is None else place.element_instance
        engine.start_activity(session, instance_id, where, activity, actor=actor)  # type: ignore[arg-type]


def test_its_group_starts_what_is_offered_and_others_find_nothing(engine: Engine) -> None:
    deploy(engine, DESK)
    instance_id = begin(engine, "desk_work", done=False)
    with pytest.raises(AdHocNotFound):
        begin_activity(engine, instance_id, "call", STRANGER)
    with pytest.raises(ActivityNotEnabled):
        begin_activity(engine, instance_id, "nothing")
    begin_activity(engine, instance_id, "call")
    with pytest.raises(AdHocNotFound):
        begin_activity(engine, instance_id, "write")
    complete(engine, task_of(engine, instance_id).id, done=False)
    assert instance_of(engine, instance_id).status == "running", (
        "it waits for the next choice, and hasn't stalled"
    )
    begin_activity(engine, instance_id, "write")
    complete(engine, task_of(engine, instance_id).id, done=True)
    assert instance_of(engine, instance_id).status == "completed"
    with pytest.raises(InstanceEnded):
        begin_activity(engine, instance_id, "call")
    with engine.transaction() as session:
        events = session.scalars(
            sa.select(tables.HistoryEvent)
            .where(tables.HistoryEvent.kind == "activity_started")
            .order_by(tables.HistoryEvent.id)
        ).all()
        assert session.scalars(sa.select(tables.Incident)).all() == []
    assert [(e.element_id, e.actor_name) for e in events] == [("call", SELLER.name), ("write", SELLER.name)]
