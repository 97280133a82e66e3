"""Merges, repeated activities and ad-hoc subprocesses in the middle of what they do."""

from __future__ import annotations

import pytest

from engine.runner import Outcome, Runner
from tests.diagrams import (
    element,
    end,
    flows,
    script,
    start,
    user,
)
from tests.unit.engine.test_data import DECLARED, association
from tests.unit.migration.moving import DATA, bundle, changes, codes, moved


def quorum(needed: int, *then: str) -> dict[str, str]:
    activation = f"<bpmn:activationCondition>activationCount >= {needed}</bpmn:activationCondition>"
    return bundle(
        start(),
        element("parallelGateway", "split"),
        *(user(name) for name in "abc"),
        element("complexGateway", "quorum", activation, default=f"quorum-{'then' if then else 'after'}"),
        user("after"),
        *then,
        end(),
        flows("start", "split"),
        *(flows("split", name, "quorum") for name in "abc"),
        flows("quorum", *(("then",) if then else ()), "after", "end"),
    )


def test_a_complex_gateway_waits_for_its_start_and_for_its_reset() -> None:
    r = Runner(quorum(2)).start("p", dict(DATA)).complete("a")
    result = moved(r, quorum(2, script("then", "n = n + 7")))
    assert (codes(result), result.wakes) == ([], True)
    r.complete("b")
    assert r.waiting() == ["c", "after"]
    assert not moved(r, quorum(3)).obstacles, "it waits for its reset"
    r.complete("after").complete("c")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert "then" in r.completed()


def test_a_merge_that_could_never_be_completed_in_the_target_keeps_its_instance() -> None:
    def version(*path: str) -> dict[str, str]:
        return bundle(
            start(),
            element("parallelGateway", "split"),
            *(user(name) for name in "abc"),
            element("parallelGateway", "merge"),
            end(),
            end("other"),
            flows("start", "split", "a", "merge", "end"),
            flows("split", "c", *path),
            flows("split", "b", "merge") if path == ("other",) else flows("b", "merge"),
        )

    r = Runner(version("b")).start("p", dict(DATA)).complete("a")
    assert codes(moved(r, version("other"))) == ["merge_starved"]
    assert r.complete("c").complete("b").outcome is Outcome.COMPLETED, r.error


def repeated(characteristics: str, name: str = "each") -> dict[str, str]:
    return bundle(
        start(), user(name, inner=characteristics), user("after"), end(), flows("start", name, "after", "end")
    )


INSTANCES = (
    "<bpmn:multiInstanceLoopCharacteristics{}>"
    "<bpmn:loopCardinality>3</bpmn:loopCardinality>{}</bpmn:multiInstanceLoopCharacteristics>"
)
LOOP = (
    '<bpmn:standardLoopCharacteristics testBefore="false"><bpmn:loopCondition>{}</bpmn:loopCondition>'
    "</bpmn:standardLoopCharacteristics>"
)


@pytest.mark.parametrize("order", ["", ' isSequential="true"'])
def test_instances_that_run_one_by_one_or_at_once_go_on_by_the_targets_condition(order: str) -> None:
    enough = "<bpmn:completionCondition>numberOfCompletedInstances == 2</bpmn:completionCondition>"
    r = Runner(repeated(INSTANCES.format(order, ""))).start("p", dict(DATA)).complete("each")
    assert not moved(r, repeated(INSTANCES.format(order, enough), "all"), each="all").obstacles
    assert r.complete("all").waiting() == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error


def test_instances_with_variables_of_their_own_find_those_around_them_again() -> None:
    own = '<bpmn:property id="n"/>' + INSTANCES.format("", "")
    r = Runner(repeated(own)).start("p", dict(DATA)).complete("each", {"n": 5})
    assert not moved(r, repeated(own, "all"), each="all").obstacles
    r.complete("all").complete("all").complete("after")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["n"] == 0


def test_a_loop_goes_on_in_its_round() -> None:
    r = Runner(repeated(LOOP.format("n &lt; 9"))).start("p", dict(DATA)).complete("each")
    assert not moved(r, repeated(LOOP.format("n &lt; 2"), "again"), each="again").obstacles
    r.complete("again", {"n": 1})
    assert r.complete("again", {"n": 2}).waiting() == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error


def desk(name: str, *inner: str, **attributes: str) -> dict[str, str]:
    body = "".join(inner) + "<bpmn:completionCondition>done</bpmn:completionCondition>"
    return bundle(
        start(), element("adHocSubProcess", name, body, **attributes), end(), flows("start", name, "end")
    )


def test_an_ad_hoc_subprocess_moves_with_the_activities_that_run() -> None:
    r = Runner(desk("desk", user("call"), user("write"))).start("p", DATA | {"done": False})
    r.start_activity("desk", "call").start_activity("desk", "call").complete("call", {"first": 1})
    assert codes(moved(r, desk("desk", user("write")))) == ["unmapped"]
    result = moved(r, desk("table", user("phone"), user("visit")), desk="table", call="phone", write=None)
    assert not result.obstacles
    r.start_activity("table", "visit")
    assert sorted(r.waiting()) == ["phone", "table", "visit"]
    (place,) = r.waits.choices.values()
    assert {one.element_id: one.begun for one in place.activities} == {"phone": 2, "visit": 1}
    r.complete("phone").complete("visit", {"done": True})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["first"] == 1


def test_a_data_object_that_the_target_does_not_declare_is_said_to_be_hidden() -> None:
    def version(*declared: str) -> dict[str, str]:
        written = association("Output", target="ref") if declared else ""
        task = script("work", "total = 4", written)
        return bundle(start(), *declared, task, user("ask"), end(), flows("start", "work", "ask", "end"))

    r = Runner(version(DECLARED)).start("p", dict(DATA))
    assert changes(moved(r, version())) == [("data_hidden", "total")]
    assert changes(moved(r, version(DECLARED))) == []
    assert r.complete("ask").outcome is Outcome.COMPLETED, r.error
