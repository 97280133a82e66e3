"""Changing variables by hand; the runner saves and loads the state between steps."""

from __future__ import annotations

import pytest

from engine.commands.variables import VariableInvalid, VariablesTooLarge, check_variables, read_value
from engine.runner import Runner
from engine.values import Variables
from tests.diagrams import (
    boundary,
    condition,
    diagram,
    element,
    end,
    flows,
    listening,
    message,
    message_definition,
    script,
    signal,
    signal_definition,
    start,
    timer,
    user,
)
from tests.unit.engine.test_tokens import MANY, at, started

SPLIT = diagram(
    "p",
    start(),
    element("parallelGateway", "split"),
    user("a"),
    boundary("late", "a", timer("'PT1H'")),
    element("intermediateCatchEvent", "wait", message_definition("go")),
    script("read", "seen = n"),
    user("b"),
    element("parallelGateway", "join"),
    user("after"),
    end(),
    end("end_late"),
    flows("start", "split", "a", "join", "after", "end"),
    flows("split", "wait", "read", "b", "join"),
    flows("late", "end_late"),
    more=message("go"),
)


def edit(r: Runner, element_id: str | None, *removed: str, **values: object) -> Runner:
    token = None if element_id is None else at(r, element_id)
    return r.edit_variables(token, dict(values), removed)


def test_the_whole_instance_goes_on_with_the_new_value() -> None:
    r = edit(started(SPLIT, n=1, gone=1), None, "gone", n=2)
    r.send("go").complete("a").complete("b")
    assert r.variables == {"n": 2, "seen": 2}


def test_what_waits_at_a_merge_is_changed_too() -> None:
    r = started(SPLIT, n=1).complete("a", {"m": 1})
    edit(r, None, m=2)
    r.send("go").complete("b")
    assert r.variables == {"n": 1, "m": 2, "seen": 1}


def test_one_branch_is_changed_and_the_other_is_not() -> None:
    r = edit(started(SPLIT, n=1), "wait", n=2)
    assert r.complete("a", {"mine": 0}).send("go").waits.user_tasks
    assert r.variables["seen"] == 2
    r = edit(started(SPLIT, n=1), "a", n=2)
    r.send("go")
    assert [t.element_id for t in r.waits.user_tasks.values()] == ["a", "b"]
    r.complete("b").complete("a")
    assert r.variables["seen"] == 1


def test_a_boundary_event_takes_the_new_value_along() -> None:
    r = edit(started(SPLIT, n=1), "a", n=2).send("go")
    r.forward("PT1H")
    assert r.trace[-1].element_id in ("late", "end_late")


def test_each_run_of_a_repeated_activity_is_changed_with_it() -> None:
    r = started(diagram("p", start(), MANY, user("z"), end(), flows("start", "each", "z", "end")), n=1)
    edit(r, "each", n=2)
    for _ in range(2):
        r.complete("x").complete("y")
    assert r.variables["n"] == 2


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", "Infinity", "'x'", "[" * 100_000, "1e999", '"\\u0000"', '{"a": 1e999}']
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(VariableInvalid):
        check_variables({"x": read_value("x", text)})


@pytest.mark.parametrize(
    "values",
    [{"": 1}, {"a b": 1}, {"__class__": 1}, {"x" * 101: 1}, {"x": 2**70}, {"x": "\ud800"}, {"x": {1, 2}}],
)
def test_what_cannot_be_kept_is_refused(values: Variables) -> None:
    with pytest.raises(VariableInvalid):
        check_variables(values)


def test_too_much_is_refused() -> None:
    with pytest.raises(VariablesTooLarge):
        check_variables({"x": "a" * 70_000})
    nested: object = 1
    for _ in range(40):
        nested = [nested]
    with pytest.raises(VariableInvalid):
        check_variables({"x": nested})
    check_variables({"金额": [1, 2.5, None, True, {"a": "b"}]}, ["gone"])


WATCHED = diagram(
    "p",
    start(),
    element("parallelGateway", "split"),
    user("work"),
    boundary("high", "work", condition("amount > 100"), interrupting=False),
    user("check"),
    element("intermediateCatchEvent", "agreed", condition("agreed == True")),
    script("told", "told = True"),
    element("eventBasedGateway", "which"),
    element("intermediateCatchEvent", "given_up", condition("given_up == True")),
    element("intermediateCatchEvent", "never", timer("'P9D'")),
    listening("frozen", condition("frozen == True"), user("thaw"), interrupting=False, path="thaw"),
    element("intermediateCatchEvent", "news", message_definition("news", "amount")),
    element("intermediateCatchEvent", "alarm", signal_definition("alarm")),
    *(end(f"end_{name}") for name in ("work", "high", "told", "given_up", "never", "news", "alarm")),
    flows("start", "split", "work", "end_work"),
    flows("high", "check", "end_high"),
    flows("split", "agreed", "told", "end_told"),
    flows("split", "which", "given_up", "end_given_up"),
    flows("which", "never", "end_never"),
    flows("split", "news", "end_news"),
    flows("split", "alarm", "end_alarm"),
    more=message("news") + signal("alarm", variable="frozen"),
)


def watched() -> Runner:
    return started(WATCHED, amount=1, agreed=False, given_up=False, frozen=False)


def test_conditions_of_every_kind_come_true_by_an_edit_in_the_same_step() -> None:
    r = edit(watched(), None, amount=500)
    assert sorted(r.waiting()).count("check") == 1
    edit(r, None, agreed=True, given_up=True)
    assert {"told", "given_up"} <= set(r.completed())
    assert "never" not in r.waiting()
    edit(r, None, frozen=True)
    assert "thaw" in r.waiting()


def test_a_condition_comes_true_by_an_edit_of_one_token_alone_and_once() -> None:
    r = watched()
    edit(r, "work", amount=500)
    edit(r, "work", amount=501)
    assert r.waiting().count("check") == 1
    edit(edit(r, "work", amount=2), "work", amount=900)
    assert r.waiting().count("check") == 2


def test_what_a_message_or_a_signal_brings_lets_conditions_come_true() -> None:
    r = watched().send("news", 700)  # type: ignore[arg-type]
    assert "check" in r.waiting()
    r.broadcast("alarm", True)
    assert "thaw" in r.waiting()
