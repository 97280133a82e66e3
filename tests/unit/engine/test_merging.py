"""Where tokens meet, the latest write of each variable wins."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.runner import Outcome, Runner
from engine.spiff.merging import View, carry, copy_json, gather, merge, written
from engine.spiff.parser import parse
from tests.diagrams import (
    boundary,
    coded,
    declared,
    diagram,
    element,
    end,
    flows,
    listening,
    message,
    message_definition,
    script,
    start,
    timer,
    user,
)
from tests.unit.engine.accepted import accepted
from tests.unit.engine.paper import Block
from tests.unit.engine.structured import Drawing, blocks
from tests.unit.engine.test_saved_as_kept import MAX_ACTIONS, Saved

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "/", "~1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab/~"), inner, max_size=3),
    max_leaves=6,
)
VARIABLES = st.dictionaries(st.sampled_from("xyz/"), JSON, max_size=3)


def run(*elements: str, more: str = "", variables: dict[str, object] | None = None) -> Runner:
    return Runner(accepted({"p.bpmn": diagram("p", *elements, more=more)})).start("p", variables)


def branches(*names: str, join: str = "parallelGateway") -> tuple[str, ...]:
    """User tasks side by side, from a split to a merge."""
    return (
        start(),
        element("parallelGateway", "split"),
        *(user(name) for name in names),
        element(join, "join"),
        user("after"),
        end(),
        flows("start", "split"),
        *(flows("split", name, "join") for name in names),
        flows("join", "after", "end"),
    )


@pytest.mark.parametrize("join", ["parallelGateway", "inclusiveGateway"])
def test_a_branch_that_came_later_overwrites_nothing_that_it_did_not_write(join: str) -> None:
    r = run(*branches("a", "b", join=join), variables={"x": 1, "order": {"paid": False, "note": ""}})
    r.complete("a", {"x": 2, "order": {"paid": True, "note": ""}})
    r.complete("b", {"order": {"paid": False, "note": "hello"}})
    assert r.seen_by("after") == {"x": 2, "order": {"paid": True, "note": "hello"}}


def test_what_a_branch_removed_does_not_come_back() -> None:
    def path(name: str, code: str) -> tuple[str, ...]:
        return script(name, code), user(f"{name}_done")

    r = run(
        start(),
        element("parallelGateway", "split"),
        *path("a", 'items.pop(0)\nold.pop("gone")'),
        *path("b", "y = 1"),
        element("parallelGateway", "join"),
        end(),
        flows("start", "split", "a", "a_done", "join", "end"),
        flows("split", "b", "b_done", "join"),
        variables={"items": [1, 2], "old": {"gone": 1, "kept": 2}},
    )
    r.complete("a_done").complete("b_done")
    assert r.variables == {"items": [2], "old": {"kept": 2}, "y": 1}


def test_of_two_writes_the_later_one_counts_and_not_the_later_token() -> None:
    r = run(
        start(),
        element("parallelGateway", "split"),
        user("a"),
        user("wait"),
        user("b"),
        element("parallelGateway", "join"),
        end(),
        flows("start", "split", "a", "wait", "join", "end"),
        flows("split", "b", "join"),
    )
    r.complete("a", {"x": "first"}).complete("b", {"x": "second"}).complete("wait")
    assert r.variables == {"x": "second"}


def test_a_merge_within_a_branch_is_no_write() -> None:
    r = run(
        start(),
        element("parallelGateway", "split"),
        element("parallelGateway", "inner"),
        user("a"),
        user("b"),
        element("parallelGateway", "inner_join"),
        user("c"),
        element("parallelGateway", "join"),
        end(),
        flows("start", "split", "inner", "a", "inner_join", "join", "end"),
        flows("inner", "b", "inner_join"),
        flows("split", "c", "join"),
    )
    r.complete("a", {"x": 1}).complete("c", {"x": 2}).complete("b")
    assert r.variables == {"x": 2}


def test_branches_that_end_are_merged_the_same_way() -> None:
    r = run(
        start(),
        element("parallelGateway", "split"),
        *(user(name) for name in "abc"),
        *(end(f"end_{name}") for name in "abc"),
        flows("start", "split", "a", "end_a"),
        flows("split", "b", "end_b"),
        flows("split", "c", "end_c"),
        variables={"x": 0},
    )
    r.complete("b", {"x": 1}).complete("a").complete("c")
    assert r.variables == {"x": 1}


def test_a_subprocess_brings_its_writes_with_the_time_when_they_were_made() -> None:
    inner = start("s") + user("inside") + user("last") + end("e") + flows("s", "inside", "last", "e")
    r = run(
        start(),
        element("parallelGateway", "split"),
        element("subProcess", "sub", inner),
        user("beside"),
        element("parallelGateway", "join"),
        end(),
        flows("start", "split", "sub", "join", "end"),
        flows("split", "beside", "join"),
        variables={"x": 0, "y": 0},
    )
    r.complete("inside", {"x": 1}).complete("beside", {"x": 2, "y": 2}).complete("last", {"y": 1})
    assert r.variables == {"x": 2, "y": 1}


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_instances_of_an_activity_overwrite_nothing_that_they_did_not_write(sequential: str) -> None:
    instances = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">'
        "<bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    r = run(
        start(),
        element("parallelGateway", "split"),
        user("each", inner=instances),
        user("beside"),
        element("parallelGateway", "join"),
        end(),
        flows("start", "split", "each", "join", "end"),
        flows("split", "beside", "join"),
        variables={"x": 0, "y": 0, "o": {"a": 0, "b": 0}},
    )
    r.complete("each", {"x": 1, "o": {"a": 1, "b": 0}}).complete("beside", {"y": 5})
    r.complete("each").complete("each")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["y"] == 5
    assert r.variables["x"] == 1
    assert r.variables["o"] == {"a": 1, "b": 0}


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_on_a_subprocess_knows_what_was_written_in_it(interrupting: bool) -> None:
    inner = start("s") + user("inside") + user("last") + end("e") + flows("s", "inside", "last", "e")
    r = run(
        start(),
        element("subProcess", "sub", inner),
        boundary("late", "sub", timer("'PT1H'"), interrupting=interrupting),
        user("look"),
        end(),
        end("over"),
        flows("start", "sub", "end"),
        flows("late", "look", "over"),
        variables={"x": 0},
    )
    r.complete("inside", {"x": 1}).forward("PT1H")
    assert r.seen_by("look") == {"x": 1}


def test_an_error_leaves_a_subprocess_with_what_was_written_in_it() -> None:
    inner = (
        start("s")
        + script("inside", "x = 1")
        + end("e", coded("error", "broken"))
        + flows("s", "inside", "e")
    )
    r = run(
        start(),
        element("subProcess", "sub", inner),
        boundary("failed", "sub", coded("error", "broken")),
        end(),
        end("over"),
        flows("start", "sub", "end"),
        flows("failed", "over"),
        more=declared("error", "broken"),
        variables={"x": 0},
    )
    assert r.variables == {"x": 1}


def test_what_an_event_subprocess_wrote_meets_the_rest_at_the_end() -> None:
    work = script("heard_work", "seen = x\nx = x + 1")
    esp = listening("esp", message_definition("ping"), work, path="heard_work", interrupting=False)
    r = run(
        start(),
        user("a"),
        user("b"),
        end(),
        flows("start", "a", "b", "end"),
        esp,
        more=message("ping"),
        variables={"x": 0},
    )
    r.complete("a", {"x": 5}).send("ping").complete("b")
    assert r.variables == {"x": 6, "seen": 5}


def test_an_edited_variable_is_a_write() -> None:
    r = run(*branches("a", "b"), variables={"x": 0})
    r.complete("a", {"x": 1})
    key = next(k for k, t in r.waits.user_tasks.items() if t.element_id == "b")
    r.edit_variables(key, {"x": 2}).complete("b")
    assert r.seen_by("after") == {"x": 2}


def test_numbers_and_truth_are_told_apart_in_a_saved_state() -> None:
    r = run(start(), user("a"), user("b"), end(), flows("start", "a", "b", "end"), variables={"x": [1]})
    assert repr(r.complete("a", {"x": [True]}).variables) == "{'x': [True]}"


@given(VARIABLES, VARIABLES)
def test_carrying_what_was_written_gives_what_was_written(before: Any, after: Any) -> None:
    into = copy_json(before)
    carry(before, after, into)
    assert not list(written(into, after))


Writes = list[tuple[tuple[str, ...], Any]]
MISSING: Any = object()


def latest_of(writes: Writes) -> Any:
    """What stands at a place after writes of it and of its members, in their order.

    The latest write of the place itself counts, and each later one of a member; a removal is a write.
    """
    whole = max(number for number, (path, _) in enumerate(writes) if not path)
    base, later = writes[whole][1], [write for write in writes[whole + 1 :] if write[0]]
    members: dict[str, Writes] = {
        name: [((), value)] for name, value in (base.items() if isinstance(base, dict) else ())
    }
    for path, value in later:
        members.setdefault(path[0], [((), MISSING)]).append((path[1:], value))
    found = {name: latest_of(those) for name, those in members.items()}
    found = {name: value for name, value in found.items() if value is not MISSING}
    return found if found or isinstance(base, dict) else base


def at(values: Any, path: tuple[str, ...]) -> Any:
    """What variables have at a place."""
    for name in path:
        values = values.get(name, MISSING)
    return values


def without_empty(value: Any) -> Any:
    """The same without objects that have no members."""
    if not isinstance(value, dict):
        return value
    found = {name: without_empty(member) for name, member in value.items()}
    return {name: member for name, member in found.items() if member != {}}


@given(st.lists(st.tuples(VARIABLES, VARIABLES), max_size=4), VARIABLES)
@example([({"z": {"a": 0}}, {"z": {"a": 0, "b": 1}})], {"z": {"a": 0, "c": 2}})
def test_what_was_done_several_times_can_be_carried_over_at_once(changes: Any, into: Any) -> None:
    was, now, expected = {}, {}, copy_json(into)  # type: tuple[dict[str, Any], dict[str, Any], Any]
    for before, after in changes:
        gather(before, after, was, now)
        carry(before, after, expected)
    carry(was, now, into)
    assert not list(written(without_empty(expected), without_empty(into)))


WRITES = st.tuples(st.integers(0, 2), VARIABLES)
MEETINGS = st.tuples(st.integers(0, 2), st.integers(0, 2))


@settings(max_examples=300)
@given(VARIABLES, st.lists(WRITES | MEETINGS, max_size=6))
@example({"z": {}}, [(0, {"z": {"a": None}}), (1, {}), (2, {"z": {"b": None}})])
@example({"z": {"a": 0}}, [(0, {}), (1, {"z": {"a": 0, "b": 1}})])
@example({"z": {"a": 0}}, [(0, {"z": 5}), (1, {"z": {}})])
def test_tokens_that_write_and_meet_end_with_the_latest_of_each_write(begin: Any, happens: Any) -> None:
    """Each token replaces its variables, or meets another, and both go on with what they have then."""
    tokens = [View(copy_json(begin), {}) for _ in range(3)]
    writes: Writes = [((), begin)]
    for number, (index, what) in enumerate(happens, start=1):
        if isinstance(what, int):
            tokens[index] = tokens[what] = merge([tokens[what], tokens[index]])
            continue
        data, stamps = tokens[index]
        paths = list(written(data, what))
        tokens[index] = View(what, stamps | dict.fromkeys(paths, number))
        for path in paths:
            names = tuple(name.replace("~1", "/").replace("~0", "~") for name in path.split("/"))
            writes.append((names, at(what, names)))
    found = merge(tokens).data
    assert not list(written(latest_of(writes), found)), (latest_of(writes), found)


def test_an_object_that_another_branch_removed_comes_back_with_what_was_written_after_that() -> None:
    r = run(
        start(),
        element("parallelGateway", "split"),
        script("drop", 'order.pop("old")\nother = 1'),
        *(user(name) for name in ("a", "a_done", "b", "b_done")),
        element("parallelGateway", "join"),
        end(),
        flows("start", "split", "a", "drop", "a_done", "join", "end"),
        flows("split", "b", "b_done", "join"),
        variables={"order": {"old": {"n": 1, "m": 2}, "kept": 1}, "other": {"x": 1}},
    )
    r.complete("a").complete("b", {"order": {"old": {"n": 1, "m": 3}, "kept": 1}, "other": {"x": 1}})
    r.complete("b_done").complete("a_done")
    assert r.variables == {"order": {"old": {"m": 3}, "kept": 1}, "other": 1}


# What is written in a called process that maps its variables, or that is interrupted, in a transaction
# that is cancelled, or in one of several runs that are interrupted together, stays there.
KEEPS_TO_ITSELF = {"isolated", "guarded_call", "transaction"}


@settings(max_examples=100)
@given(
    block=blocks(without=KEEPS_TO_ITSELF),
    choices=st.lists(st.integers(0, 5), min_size=MAX_ACTIONS, max_size=MAX_ACTIONS),
)
def test_the_latest_of_all_that_people_wrote_is_there_at_the_end(block: Block, choices: list[int]) -> None:
    run = Saved(parse(Drawing().bundle(block)))
    latest = None
    for number, choice in enumerate(choices):
        if run.instance.completed:
            break
        if run.act(choice, {"latest": number}):
            latest = number
    if run.instance.completed:
        assert run.instance.variables().get("latest") == latest


def test_what_is_written_again_as_it_was_is_a_write() -> None:
    r = run(
        start(),
        element("parallelGateway", "split"),
        user("a"),
        script("same", "if x == 0:\n    x = 0\nelse:\n    y = 1"),
        user("b"),
        user("c"),
        element("parallelGateway", "join"),
        end(),
        flows("start", "split", "a", "same", "join", "end"),
        flows("split", "b", "c", "join"),
        variables={"x": 0, "y": 0, "z": 0},
    )
    r.complete("b", {"x": 5, "y": 5, "z": 5}).complete("a", {"z": 0}).complete("c")
    assert r.variables == {"x": 0, "y": 5, "z": 0}


def test_what_a_branch_wrote_is_there_when_another_terminates_the_process() -> None:
    r = run(
        start(),
        element("parallelGateway", "split"),
        user("a"),
        user("wait"),
        user("b"),
        end(),
        end("stop", "<bpmn:terminateEventDefinition/>"),
        flows("start", "split", "a", "wait", "end"),
        flows("split", "b", "stop"),
        variables={"x": 0, "y": 0},
    )
    r.complete("a", {"x": 1}).complete("b", {"y": 1})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"x": 1, "y": 1}
