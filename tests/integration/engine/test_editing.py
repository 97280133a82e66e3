"""Changing variables on a real database: fenced, recorded with before and after, refused where it breaks."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.fencing import ChangedMeanwhile, WouldFail
from engine.commands.variables import NothingToChange, edit_variables, preview_edit
from engine.failures import InstanceEnded
from engine.inspecting import inspect_variables
from engine.spiff.refusals import TokenGone
from engine.values import Variables
from tests.diagrams import boundary, condition, diagram, end, flows, start, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import REVIEW, begin, complete, count, deploy, instance_of, task_of
from tests.integration.engine.test_modifying import at


def version(engine: Engine, instance_id: uuid.UUID) -> int:
    with engine.transaction() as session:
        return inspect_variables(engine, session, instance_id).version


def edit(
    engine: Engine,
    instance_id: uuid.UUID,
    values: Variables,
    *removed: str,
    seen: int | None = None,
    token: int | None = None,
) -> None:
    with engine.transaction() as session:
        edit_variables(
            engine,
            session,
            instance_id,
            values=values,
            removed=removed,
            element_instance=token,
            version=version(engine, instance_id) if seen is None else seen,
            reason="录错了",
            actor=SELLER,
        )


def test_it_goes_on_with_the_new_values_and_keeps_who_changed_what(engine: Engine) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine, amount=100, note="x")
    seen = version(engine, instance_id)
    edit(engine, instance_id, {"amount": 80, "fresh": [1]}, "note")
    with pytest.raises(ChangedMeanwhile) as lost:
        edit(engine, instance_id, {"amount": 1}, seen=seen)
    assert lost.value.params["by"] == "李店长"
    edit(engine, instance_id, {"amount": 79}, token=at(engine, instance_id, "decide"))
    with engine.transaction() as session:
        history = tables.HistoryEvent
        query = sa.select(history).where(history.kind == "variables_edited").order_by(history.id)
        whole, one = session.scalars(query).all()
    data = whole.data or {}
    assert (data["reason"], data["set"], data["removed"]) == (
        "录错了",
        {"amount": 80, "fresh": [1]},
        ["note"],
    )
    assert {"amount": 100, "note": "x"} in [item["values"] for item in data["before"]]
    assert (one.element_id, (one.data or {})["before"][0]["values"]) == ("decide", {"amount": 80})
    complete(engine, task_of(engine, instance_id).id, decision="agree")
    variables = instance_of(engine, instance_id).variables or {}
    assert (variables["amount"], variables["fresh"], "note" in variables) == (79, [1], False)
    with pytest.raises(InstanceEnded):
        edit(engine, instance_id, {"amount": 1}, seen=1)


def test_what_makes_no_sense_is_refused_and_changes_nothing(engine: Engine) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    with pytest.raises(WouldFail):  # the group of the waiting task is computed from it
        edit(engine, instance_id, {}, "shop")
    with pytest.raises(NothingToChange):
        edit(engine, instance_id, {"shop": "1"})
    with pytest.raises(NothingToChange):
        edit(engine, instance_id, {}, "nowhere")
    with pytest.raises(TokenGone):
        edit(engine, instance_id, {"shop": "2"}, token=999)
    assert count(engine, tables.Incident) == 0
    assert version(engine, instance_id) == 1


def test_the_preview_says_which_conditions_come_true_and_does_nothing(engine: Engine) -> None:
    high = boundary("high", "ask", condition("amount > 100"))
    elements = (start(), user("ask", "'shop:' + shop"), high, user("check", "'shop:' + shop"), end())
    deploy(engine, diagram("watched", *elements, flows("start", "ask", "end"), flows("high", "check", "end")))
    instance_id = begin(engine, "watched", amount=5)
    found = preview_edit(engine, instance_id, values={"amount": 500}, actor=SELLER)
    assert [(waiting.kind, waiting.name) for waiting in found.come] == [("user_tasks", "check")]
    assert [entry.element_id for entry in found.passed] == ["high"]
    assert task_of(engine, instance_id).element_id == "ask"
    edit(engine, instance_id, {"amount": 500}, seen=found.version)
    assert task_of(engine, instance_id).element_id == "check"
    assert count(engine, tables.EventSubscription) == 0
