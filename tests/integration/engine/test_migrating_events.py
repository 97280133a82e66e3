"""Instances that wait for signals and conditions are moved: their rows follow, and what holds happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.suspend import resume_instance, suspend_instance
from tests.diagrams import (
    boundary,
    condition,
    diagram,
    element,
    end,
    flows,
    script,
    signal,
    signal_definition,
    start,
    user,
)
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import begin, deploy, instance_of
from tests.integration.engine.test_migrating import outcomes, plan, run


def version(news: str, *more: str) -> str:
    return diagram(
        "review",
        start(),
        element("parallelGateway", "split"),
        user("ask"),
        element("intermediateCatchEvent", "told", signal_definition(news)),
        element("parallelGateway", "merge"),
        end(),
        element("exclusiveGateway", "either"),
        flows("start", "split", "ask", "either", "merge", "end"),
        flows("split", "told", "merge"),
        *more,
        more=signal("news") + signal("other"),
    )


RICH = (
    boundary("rich", "ask", condition("amount > 5")),
    script("paid", "outcome = 'paid'"),
    flows("rich", "paid", "either"),
)


def waiting_events(engine: Engine) -> set[tuple[str, str, str]]:
    with engine.transaction() as session:
        row = tables.EventSubscription
        found = session.execute(sa.select(row.element_id, row.kind, row.name))
        return {(element_id, kind, name) for element_id, kind, name in found}


@pytest.mark.parametrize("suspended", [False, True])
def test_a_condition_that_holds_already_happens_once_the_instance_goes_on(
    engine: Engine, work: Callable[[], int], suspended: bool
) -> None:
    deploy(engine, version("news"))
    instance_id = begin(engine, amount=9)
    deploy(engine, version("other", *RICH))
    if suspended:
        with engine.transaction() as session:
            suspend_instance(engine, session, instance_id, reason="停一下", actor=SELLER)
    migration_id = plan(engine)
    work()
    run(engine, migration_id)
    work()
    assert outcomes(engine, migration_id) == {instance_id: "moved"}
    told = ("told", "signal", "other")
    if suspended:
        assert waiting_events(engine) == {told, ("rich", "condition", "amount > 5")}
        with engine.transaction() as session:
            resume_instance(engine, session, instance_id, reason="继续", actor=SELLER)
        work()
    assert waiting_events(engine) == {told}
    with engine.transaction() as session:
        engine.broadcast(session, "other", actor=SELLER)
    work()
    instance = instance_of(engine, instance_id)
    assert instance.variables is not None
    assert (instance.status, instance.variables["outcome"]) == ("completed", "paid")
