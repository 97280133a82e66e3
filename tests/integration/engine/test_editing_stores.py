"""Mending the value of a data store: previewed without a trace, fenced, typed, recorded."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.edit_store import (
    StoreChanged,
    StoreNotFound,
    StoreOverfull,
    StoreTypeDiffers,
    StoreUnchanged,
    edit_store,
    preview_store,
)
from engine.commands.record import ReasonMissing
from engine.commands.variables import VariableInvalid
from tests.diagrams import condition, diagram, element, end, flows, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import begin, count, deploy
from tests.integration.engine.test_data_stores import counting, process, values
from tests.racing import Contender, race, rounds

ROUNDS = 20


def edit(
    engine: Engine,
    value: Any,
    version: int,
    *,
    store: str = "one",
    retype: bool = False,
    reason: str = "修正",
) -> None:
    with engine.transaction() as session:
        edit_store(engine, session, store, value, version=version, retype=retype, reason=reason, actor=SELLER)


@pytest.fixture
def counted(engine: Engine) -> None:
    """Two stores of at most five entries; ``one`` holds the number 1."""
    deploy(engine, process("counter", counting("count", "one"), flows("start", "count", "end")))
    begin(engine, "counter")


@pytest.mark.usefixtures("counted")
def test_a_value_is_mended_and_recorded_and_a_preview_leaves_no_trace(engine: Engine) -> None:
    seen = preview_store(engine, "one", 7)
    assert (seen.before, seen.after, seen.starts) == (1, 7, ())
    assert (values(engine)["one"], count(engine, tables.CommandRecord)) == (1, 0)
    edit(engine, 7, 1)
    with pytest.raises(StoreChanged):
        edit(engine, 8, 1)
    begin(engine, "counter", key="K2")
    assert values(engine) == {"one": 8, "two": None}
    with engine.transaction() as session:
        record = session.scalars(sa.select(tables.CommandRecord)).one()
        store = session.get_one(tables.DataStore, "one")
    assert (record.command, record.reason, record.actor_name) == ("edit_store", "修正", SELLER.name)
    assert record.changes == {"store": "one", "before": 1, "after": 7, "version": 2, "starts": []}
    assert (store.version, store.element_id) == (3, "count")


@pytest.mark.usefixtures("counted")
def test_what_does_not_fit_is_refused_and_changes_nothing(engine: Engine) -> None:
    for wrong, refusal in (
        ([1], StoreTypeDiffers),
        (True, StoreTypeDiffers),
        (None, StoreTypeDiffers),
        (1, StoreUnchanged),
        (float("nan"), VariableInvalid),
        ("a\0b", VariableInvalid),
    ):
        with pytest.raises(refusal):
            edit(engine, wrong, 1)
    for unknown in ("three", "a\0b"):
        with pytest.raises(StoreNotFound):
            edit(engine, 1, 0, store=unknown)
    with pytest.raises(ReasonMissing):
        edit(engine, 2, 1, reason=" ")
    assert values(engine) == {"one": 1, "two": None}
    edit(engine, [1], 1, retype=True)
    edit(engine, {"any": "kind"}, 0, store="two")
    assert values(engine) == {"one": [1], "two": {"any": "kind"}}
    with engine.transaction() as session:
        session.execute(sa.update(tables.DataStore).values(capacity=2))
    for overfull in ([1, 2, 3], 5):
        with pytest.raises(StoreOverfull):
            edit(engine, overfull, 2, retype=True)


def test_a_condition_over_the_store_starts_its_process(engine: Engine, work: Callable[[], int]) -> None:
    watch = element("startEvent", "watch", condition("one == 9"))
    reference = '<bpmn:dataStoreReference id="at_one" dataStoreRef="one"/>'
    text = diagram(
        "watching",
        *(reference, watch, user("look"), end(), flows("watch", "look", "end")),
        more='<bpmn:dataStore id="one" name="one"/>',
    )
    deploy(engine, text)
    assert preview_store(engine, "one", 9).starts == ("watching",)
    assert (work(), count(engine, tables.ProcessInstance)) == (0, 0)
    edit(engine, 9, 0)
    work()
    assert count(engine, tables.UserTask) == 1
    with engine.transaction() as session:
        assert session.scalars(sa.select(tables.CommandRecord.changes)).one()["starts"] == ["watching"]


@pytest.mark.usefixtures("counted")
def test_an_edit_and_a_step_at_once_lose_nothing(engine: Engine) -> None:
    def step(key: str) -> None:
        begin(engine, "counter", key=key)

    for number in range(rounds(ROUNDS)):
        with engine.transaction() as session:
            seen = session.get_one(tables.DataStore, "one")
        before: Any = seen.value
        contenders: list[Contender[None]] = [
            functools.partial(edit, engine, before + 100, seen.version),
            functools.partial(step, f"R{number}"),
        ]
        (results,) = race([contenders])
        added = 1 if results else 101  # whoever had looked before the step is told, and has changed nothing
        assert {type(refusal) for refusal in results} <= {StoreChanged}
        assert values(engine)["one"] == before + added
