"""Implicit splits and merges, activities that choose, mixed and complex gateways."""

from __future__ import annotations

import pytest

from engine.runner import Outcome, Runner
from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flow,
    flows,
    message,
    message_definition,
    script,
    start,
    timer,
    user,
)


def run(*elements: str, more: str = "", variables: dict[str, object] | None = None) -> Runner:
    return Runner({"p.bpmn": diagram("p", *elements, more=more)}).start("p", variables)


def test_several_flows_out_of_an_activity_each_get_a_token() -> None:
    r = run(
        start(),
        user("a"),
        user("b"),
        user("c"),
        element("parallelGateway", "join"),
        end(),
        flows("start", "a", "b", "join", "end"),
        flows("a", "c", "join"),
    )
    assert sorted(r.complete("a").waiting()) == ["b", "c"]
    assert r.complete("b").waiting() == ["c"]
    assert r.complete("c").outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("join") == 1


def test_several_flows_out_of_events_each_get_a_token() -> None:
    r = run(
        start(),
        element("intermediateCatchEvent", "hear", message_definition("ping")),
        *(user(name) for name in "abcd"),
        user("work"),
        boundary("late", "work", timer("'PT1H'")),
        end(),
        flows("start", "hear", "a", "end"),
        flows("start", "work", "end"),
        flows("hear", "b", "end"),
        flows("late", "c", "end"),
        flows("late", "d", "end"),
        more=message("ping"),
    )
    assert sorted(r.waiting()) == ["hear", "late", "work"]
    assert sorted(r.send("ping").waiting()) == ["a", "b", "late", "work"]
    assert sorted(r.forward("PT1H").waiting()) == ["a", "b", "c", "d"]
    for name in "abcd":
        r.complete(name)
    assert r.outcome is Outcome.COMPLETED, r.error


def test_each_token_that_comes_into_an_activity_starts_it_anew() -> None:
    r = run(
        start(),
        user("a"),
        user("b"),
        user("after"),
        boundary("late", "after", timer("'PT1H'")),
        end(),
        end("end_late"),
        flows("start", "a", "after", "end"),
        flows("start", "b", "after"),
        flows("late", "end_late"),
    )
    r.complete("a").complete("b")
    assert sorted(r.waiting()) == ["after", "after", "late", "late"]
    r.complete("after")
    assert sorted(r.waiting()) == ["after", "late"]
    assert r.forward("PT1H").outcome is Outcome.COMPLETED, r.error
    assert (r.completed().count("after"), r.completed().count("late")) == (1, 1)


CHOOSING = (
    start(),
    script("choose", "done = True").replace("<bpmn:scriptTask", '<bpmn:scriptTask default="choose-d"'),
    *(user(name) for name in "abcd"),
    element("inclusiveGateway", "join"),
    end(),
    flows("start", "choose"),
    flow("choose", "a", "x > 0"),
    flow("choose", "b", "x > 1"),
    flow("choose", "d"),
    *(flows(name, "join") for name in "abd"),
    flows("join", "end"),
)


@pytest.mark.parametrize(("x", "taken"), [(0, ["d"]), (1, ["a"]), (2, ["a", "b"])])
def test_an_activity_takes_each_flow_whose_condition_holds_or_the_default(x: int, taken: list[str]) -> None:
    r = run(*(part for part in CHOOSING if 'id="c"' not in part), variables={"x": x})
    assert sorted(r.waiting()) == taken
    for name in taken:
        assert r.outcome is Outcome.WAITING
        r.complete(name)
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("join") == 1


@pytest.mark.parametrize(("x", "taken"), [(0, ["c", "d"]), (1, ["a", "c"])])
def test_a_flow_without_a_condition_is_taken_beside_those_that_choose(x: int, taken: list[str]) -> None:
    r = run(*CHOOSING, flow("choose", "c"), flows("c", "join"), variables={"x": x})
    assert sorted(r.waiting()) == taken


def test_a_task_without_a_kind_passes_at_once() -> None:
    r = run(start(), element("task", "x"), end(), flows("start", "x", "end"))
    assert (r.outcome, r.completed()) == (Outcome.COMPLETED, ["start", "x", "end"])


def test_an_activity_with_no_way_out_is_an_error() -> None:
    r = run(
        start(),
        script("choose", "n = 1"),
        end("one"),
        end("two"),
        flows("start", "choose"),
        flow("choose", "one", "n > 1"),
        flow("choose", "two", "n > 2"),
    )
    assert (r.outcome, type(r.error).__name__) == (Outcome.FAILED, "NoWayOut")


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
def test_a_gateway_that_merges_and_splits_does_both(kind: str) -> None:
    r = run(
        start(),
        *(user(name) for name in "abcd"),
        element(kind, "mixed"),
        element("parallelGateway", "join"),
        end(),
        flows("start", "a", "mixed"),
        flows("start", "b", "mixed"),
        *(flow("mixed", name, None if kind == "parallelGateway" else "True") for name in "cd"),
        flows("c", "join", "end"),
        flows("d", "join"),
    )
    assert r.complete("a").waiting() == ["b"]
    assert sorted(r.complete("b").waiting()) == ["c", "d"]
    assert r.complete("c").complete("d").outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("mixed") == 1


def test_an_exclusive_gateway_that_merges_and_splits_passes_each_token() -> None:
    r = run(
        start(),
        user("a"),
        user("b"),
        element("exclusiveGateway", "mixed", default="mixed-d"),
        user("c"),
        user("d"),
        end(),
        flows("start", "a", "mixed"),
        flows("start", "b", "mixed"),
        flow("mixed", "c", "way == 'c'"),
        flows("mixed", "d", "end"),
        flows("c", "end"),
    )
    r.complete("a", {"way": "c"}).complete("b", {"way": "d"})
    assert sorted(r.waiting()) == ["c", "d"]


def complex_gateway(activation: str, **attributes: str) -> str:
    condition = f"<bpmn:activationCondition>{activation}</bpmn:activationCondition>"
    return element("complexGateway", "g", condition, **attributes)


def two_of_three(*behind: str, activation: str = "activationCount &gt;= 2", **attributes: str) -> Runner:
    return run(
        start(),
        *(user(name) for name in "abc"),
        complex_gateway(activation, **attributes),
        end(),
        *(flows("start", name, "g") for name in "abc"),
        *behind,
    )


def test_a_complex_gateway_fires_once_for_two_of_three_and_takes_the_third() -> None:
    r = two_of_three(user("after"), flows("g", "after", "end"))
    assert sorted(r.complete("a", {"a": 1}).waiting()) == ["b", "c"]
    assert sorted(r.complete("b", {"b": 2}).waiting()) == ["after", "c"]
    assert r.complete("after").waiting() == ["c"]
    assert r.complete("c", {"c": 3}).outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("after") == 1
    assert r.variables == {"a": 1, "b": 2, "c": 3}


def test_a_complex_gateway_can_give_other_tokens_when_it_is_reset() -> None:
    r = two_of_three(
        user("now"),
        user("rest"),
        flow("g", "now", "waitingForStart"),
        flow("g", "rest", "not waitingForStart and incoming['c-g'] == 1"),
        flows("now", "end"),
        flows("rest", "end"),
    )
    r.complete("a").complete("b").complete("now").complete("c", {"late": True})
    assert r.waiting() == ["rest"]
    assert r.variables["late"]
    assert r.complete("rest").outcome is Outcome.COMPLETED, r.error


def test_a_complex_gateway_names_its_flows() -> None:
    r = two_of_three(user("after"), flows("g", "after", "end"), activation="incoming['c-g'] &gt; 0")
    assert r.complete("a").complete("b").waiting() == ["c"]
    assert r.complete("c").waiting() == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error


def test_a_complex_gateway_is_reset_when_no_other_token_can_come() -> None:
    r = run(
        start(),
        script("count", "n = n + 1"),
        element("inclusiveGateway", "split"),
        user("a"),
        user("b"),
        complex_gateway("activationCount &gt;= 1"),
        user("after"),
        element("exclusiveGateway", "more", default="more-end"),
        end(),
        flows("start", "count", "split"),
        flow("split", "a", "True"),
        flow("split", "b", "n == 2"),
        flows("a", "g", "after", "more", "end"),
        flows("b", "g"),
        flow("more", "count", "n < 3"),
        variables={"n": 0},
    )
    r.complete("a").complete("after")
    assert sorted(r.waiting()) == ["a", "b"], "the first round was over with one token"
    r.complete("b").complete("after")
    assert sorted(r.waiting()) == ["a", "a"]
    r.complete("a")
    assert r.waiting() == ["a"], "the second round's other token fires nothing"
    assert r.complete("a").complete("after").outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("after") == 3


def test_a_complex_gateway_is_asked_again_for_the_tokens_that_its_reset_leaves_over() -> None:
    r = run(
        start(),
        *(user(name) for name in ("a", "again", "b", "after")),
        element("exclusiveGateway", "both"),
        complex_gateway("activationCount &gt;= 1"),
        end(),
        *(flows("start", name) for name in ("a", "again", "b")),
        *(flows("a", "both", "g", "after", "end"), flows("again", "both"), flows("b", "g")),
    )
    r.complete("a").complete("again")
    assert sorted(r.waiting()) == ["after", "b"], "the flow has given its token for this time"
    assert r.complete("b").waiting() == ["after", "after"]
    assert r.complete("after").complete("after").outcome is Outcome.COMPLETED, r.error
