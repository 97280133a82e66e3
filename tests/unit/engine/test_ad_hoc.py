"""Ad-hoc subprocesses: people start their activities, as often as they like."""

from __future__ import annotations

from typing import Any

import pytest

from engine.runner import NotWaiting, Outcome, Runner
from engine.spiff.modifying import TokenChange
from tests.diagrams import boundary, diagram, element, end, flows, script, start, timer, user


def run(
    *inner: str, condition: str = "done", variables: dict[str, Any] | None = None, **attributes: str
) -> Runner:
    body = "".join(inner) + f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"
    parts = (
        start(),
        element("adHocSubProcess", "desk", body, **attributes),
        boundary("late", "desk", timer("'P9D'")),
        user("after"),
        end(),
        flows("start", "desk", "after", "end"),
        flows("late", "end"),
    )
    return Runner({"p.bpmn": diagram("p", *parts)}).start("p", {"done": False} | (variables or {}))


def enabled(r: Runner) -> list[str]:
    return [activity.element_id for wait in r.waits.choices.values() for activity in wait.activities]


def test_activities_are_started_any_number_of_times_side_by_side() -> None:
    r = run(user("call"), user("write"))
    assert (enabled(r), r.outcome) == (["call", "write"], Outcome.WAITING)
    r.start_activity("desk", "call").start_activity("desk", "call").start_activity("desk", "write")
    assert sorted(w for w in r.waiting() if w != "late") == ["call", "call", "desk", "write"]
    r.complete("call", {"first": 1})
    assert enabled(r) == ["call", "write"]
    r.start_activity("desk", "write")
    r.complete("write", {"done": True})
    assert r.waiting() == ["after"], "what still ran is cancelled"
    r.complete("after")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"done": True, "first": 1}


def test_one_activity_at_a_time() -> None:
    r = run(user("call"), user("write"), ordering="Sequential")
    r.start_activity("desk", "call")
    assert enabled(r) == []
    with pytest.raises(NotWaiting):
        r.start_activity("desk", "write")
    r.complete("call")
    assert enabled(r) == ["call", "write"]
    r.start_activity("desk", "write")
    assert r.complete("write", {"done": True}).waiting() == ["after"]


def test_what_still_runs_can_be_awaited() -> None:
    r = run(user("call"), user("write"), cancelRemainingInstances="false")
    r.start_activity("desk", "call").start_activity("desk", "write")
    r.complete("call", {"done": True})
    assert (r.waiting(), enabled(r)) == (["write", "late"], [])
    r.complete("write", {"more": 1})
    assert r.waiting() == ["after"]
    assert r.variables == {"done": True, "more": 1}


def test_what_one_run_changes_is_seen_by_the_next_and_not_undone_by_one_beside_it() -> None:
    r = run(user("set"), user("other"), script("count", "n = n + 1"), variables={"n": 0, "x": 0})
    r.start_activity("desk", "other").start_activity("desk", "set")
    r.complete("set", {"x": 5}).start_activity("desk", "count").start_activity("desk", "count")
    r.complete("other", {"done": True})
    assert r.variables == {"done": True, "n": 2, "x": 5}


def test_an_activity_can_be_followed_by_others_and_have_boundary_events() -> None:
    r = run(
        user("ask"),
        boundary("remind", "ask", timer("'PT1H'"), interrupting=False),
        script("reminded", "reminders = 1"),
        script("note", "noted = True"),
        user("check"),
        flows("ask", "note", "check"),
        flows("remind", "reminded"),
        condition="noted and checked",
        variables={"noted": False, "checked": False},
    )
    assert enabled(r) == ["ask"]
    r.start_activity("desk", "ask").forward("PT1H").complete("ask")
    assert "check" in r.waiting()
    assert r.complete("check", {"checked": True}).waiting() == ["after"], r.error
    assert r.variables["reminders"] == 1


def test_an_ad_hoc_subprocess_is_interrupted_with_what_runs_in_it() -> None:
    r = run(user("call"))
    r.start_activity("desk", "call")
    assert r.forward("P9D").outcome is Outcome.COMPLETED, r.error
    assert "call" not in r.completed()


def test_what_can_not_be_started() -> None:
    r = run(user("a"), user("b"), flows("a", "b"))
    for activity in ("b", "after", "nothing"):
        with pytest.raises(NotWaiting):
            r.start_activity("desk", activity)
    with pytest.raises(NotWaiting):
        r.start_activity("late", "a")


def lanes(**members: str) -> str:
    return "".join(
        f'<bpmn:lane id="lane_{name}" name="{name}">'
        + "".join(f"<bpmn:flowNodeRef>{member}</bpmn:flowNodeRef>" for member in of.split())
        + "</bpmn:lane>"
        for name, of in members.items()
    )


def group(of: str) -> str:
    return (
        "<bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property"
        f' name="candidateGroup" value="{of}"/></spiffworkflow:properties></bpmn:extensionElements>'
    )


EACH = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)


@pytest.mark.parametrize(
    ("chooser", "drawn", "expected"),
    [
        ("", {"platform": "desk"}, {"own": "shop:1", "task": "platform", "each": "platform"}),
        (
            "",
            {"platform": "desk", "senior": "task each"},
            {"own": "shop:1", "task": "senior", "each": "senior"},
        ),
        (group("'lead'"), {"platform": "desk"}, {"own": "lead", "task": "lead", "each": "lead"}),
        ("", {}, {"own": "shop:1", "task": "", "each": ""}),
    ],
)
def test_who_starts_them(chooser: str, drawn: dict[str, str], expected: dict[str, str]) -> None:
    """The subprocess's own group, then the activity's, then the nearest lane."""
    body = (
        chooser
        + element("userTask", "own", group("'shop:' + shop"))
        + boundary("late", "own", timer("'P1D'"))
        + element("task", "task")
        + element("userTask", "each", group("'shop:' + item") + EACH)
        + "<bpmn:completionCondition>done</bpmn:completionCondition>"
    )
    parts = (
        f'<bpmn:laneSet id="lanes">{lanes(**drawn)}</bpmn:laneSet>' if drawn else "",
        start(),
        element("adHocSubProcess", "desk", body),
        end(),
        flows("start", "desk", "end"),
    )
    r = Runner({"p.bpmn": diagram("p", *parts)}).start("p", {"done": False, "shop": "1"})
    assert r.startable() == [("desk", "own"), ("desk", "task"), ("desk", "each")]
    (place,) = r.waits.choices.values()
    assert {activity.element_id: activity.candidate_group for activity in place.activities} == expected


def test_a_task_is_for_its_own_lane_and_not_for_that_around_it() -> None:
    body = element("userTask", "mine") + element("userTask", "theirs") + flows("mine", "theirs")
    parts = (
        f'<bpmn:laneSet id="lanes">{lanes(outer="desk", inner="theirs")}</bpmn:laneSet>',
        start(),
        element(
            "adHocSubProcess", "desk", body + "<bpmn:completionCondition>False</bpmn:completionCondition>"
        ),
        end(),
        flows("start", "desk", "end"),
    )
    r = Runner({"p.bpmn": diagram("p", *parts)}).start("p").start_activity("desk", "mine")
    assert [task.candidate_group for task in r.waits.user_tasks.values()] == ["outer"]
    r.complete("mine")
    assert [task.candidate_group for task in r.waits.user_tasks.values()] == ["inner"]


def test_how_often_each_was_started() -> None:
    r = run(user("call"), user("write"))
    r.start_activity("desk", "call").start_activity("desk", "call")
    (place,) = r.waits.choices.values()
    assert [(one.element_id, one.begun) for one in place.activities] == [("call", 2), ("write", 0)]


def test_a_token_that_waits_for_another_activity_keeps_nobody_from_starting_it() -> None:
    joined = (
        user("a"),
        user("b"),
        user("other"),
        element("parallelGateway", "both"),
        user("then"),
        flows("a", "both", "then"),
        flows("b", "both"),
    )
    r = run(*joined, ordering="Sequential").start_activity("desk", "a").complete("a")
    assert enabled(r) == ["a", "b", "other"]
    r.start_activity("desk", "b").complete("b")
    assert (r.waiting(), enabled(r)) == (["then", "late"], [])
    assert r.complete("then", {"done": True}).waiting() == ["after"], r.error
    r = run(*joined, cancelRemainingInstances="false").start_activity("desk", "a").complete("a")
    r.start_activity("desk", "other").complete("other", {"done": True})
    assert r.waiting() == ["after"], "what waited for another goes with the subprocess"


@pytest.mark.parametrize("between", [(), (element("intermediateCatchEvent", "wait", timer("'PT1H'")),)])
def test_once_it_is_enough_no_further_activity_is_executed(between: tuple[str, ...]) -> None:
    """What runs is awaited, but not what would follow it, nor what would follow an event on it."""
    way = ("call", "wait", "next") if between else ("call", "next")
    r = run(
        user("call"),
        boundary("slow", "call", timer("'P1D'"), interrupting=False),
        user("remind"),
        *between,
        script("next", "n = n + 1"),
        flows(*way),
        flows("slow", "remind"),
        cancelRemainingInstances="false",
        variables={"n": 0},
    )
    r.start_activity("desk", "call").forward("P2D").start_activity("desk", "call")
    r.start_activity("desk", "call").complete("call", {"done": True})
    assert sorted(r.waiting()) == ["call", "call", "late", "remind", "slow", "slow"]
    r.complete("call").complete("remind")
    assert r.forward("P2D").waiting() == ["call", "late"], "a reminder would be another activity"
    r.complete("call")
    assert (r.waiting(), r.variables["n"]) == (["after"], 0)


def test_what_an_operator_cancels_is_over_and_can_be_started_again() -> None:
    def cancelled(r: Runner, activity: str) -> Runner:
        source = next(token.element_instance for token in r.tokens() if token.element_id == activity)
        return r.change_tokens(TokenChange(source))

    r = run(user("a"), user("b"), cancelRemainingInstances="false")
    r.start_activity("desk", "a").start_activity("desk", "b").complete("b", {"done": True})
    assert cancelled(r, "a").waiting() == ["after"], r.error
    joined = (user("a"), user("b"), element("parallelGateway", "both"), user("then"))
    r = run(*joined, flows("a", "both", "then"), flows("b", "both"), ordering="Sequential")
    r.start_activity("desk", "a").complete("a").start_activity("desk", "b")
    assert enabled(cancelled(r, "b")) == ["a", "b"], r.error
    assert r.start_activity("desk", "b").complete("b").waiting() == ["then", "late"]


def test_one_inside_another_and_one_for_each_item() -> None:
    inner = element(
        "adHocSubProcess", "inner", user("a") + "<bpmn:completionCondition>ok</bpmn:completionCondition>"
    )
    r = run(inner, user("b"), variables={"ok": False})
    r.start_activity("desk", "inner").start_activity("inner", "a").start_activity("inner", "a")
    assert r.startable() == [("desk", "inner"), ("desk", "b"), ("inner", "a")]
    r.complete("a", {"ok": True})
    assert r.startable() == [("desk", "inner"), ("desk", "b")]
    r.start_activity("desk", "b").complete("b", {"done": True})
    assert r.waiting() == ["after"]

    each = run(EACH, user("a"))
    assert each.startable() == [("desk", "a"), ("desk", "a")]
    each.start_activity("desk", "a").complete("a", {"done": True})
    assert each.startable() == [("desk", "a")]
    assert each.start_activity("desk", "a").complete("a", {"done": True}).waiting() == ["after"]


def test_a_thousand_runs_leave_the_state_as_it_was() -> None:
    r = run(user("call"))
    sizes = []
    for _ in range(200):
        r.start_activity("desk", "call").complete("call")
        sizes.append(len(r._state))
    assert sizes[-1] - sizes[9] < 20
