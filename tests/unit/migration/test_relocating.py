"""Moving an instance's tokens onto another version: what moves, what is armed, what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from engine.migration.plan import Side, automatic, completed, problems, suggested
from engine.operations import OperationRegistry
from engine.runner import Outcome, Runner
from engine.spiff import kinds
from engine.spiff.parser import parse
from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    script,
    service,
    start,
    timer,
    user,
)
from tests.unit.migration.moving import DATA, bundle, changes, codes, moved

PLAIN = bundle(start(), user("ask"), end(), flows("start", "ask", "end"))


def test_a_token_goes_on_in_the_other_version() -> None:
    r = Runner(PLAIN).start("p", dict(DATA))
    longer = bundle(
        start(), user("ask"), script("then", "n = 7"), end(), flows("start", "ask", "then", "end")
    )
    before = list(r.waits.user_tasks)
    result = moved(r, longer)
    assert not result.obstacles
    assert list(r.waits.user_tasks) == before  # the id stays, so that links to it do
    assert r.complete("ask").outcome is Outcome.COMPLETED
    assert r.variables["n"] == 7


def test_events_that_only_the_target_has_are_armed_and_fire() -> None:
    r = Runner(PLAIN).start("p", dict(DATA))
    guarded = bundle(
        start(),
        user("ask"),
        boundary("late", "ask", timer("'PT5H'")),
        boundary("told", "ask", message_definition("news"), interrupting=False),
        script("expired", "n = 9"),
        end(),
        end("end_told"),
        flows("start", "ask", "end"),
        flows("late", "expired", "end"),
        flows("told", "end_told"),
        more=message("news"),
    )
    due = r.clock.now() + dt.timedelta(hours=5)
    result = moved(r, guarded)
    assert [(c.code, c.element_id) for c in result.changes] == [
        ("event_armed", "late"),
        ("event_armed", "told"),
    ]
    assert [t.due_at for t in r.waits.timers.values()] == [due]
    assert [task.deadline.element_id for task in r.waits.user_tasks.values() if task.deadline] == ["late"]
    r.send("news")
    r.forward("PT6H")
    assert r.outcome is Outcome.COMPLETED
    assert r.variables["n"] == 9


def test_a_timer_keeps_its_instant_and_one_that_is_gone_is_taken_away() -> None:
    def version(wait: str, *more: str) -> dict[str, str]:
        return bundle(
            start(),
            user("ask"),
            boundary("late", "ask", timer(wait)),
            *more,
            script("expired", "n = 9"),
            end(),
            flows("start", "ask", "end"),
            flows("late", "expired", "end"),
        )

    remind = (
        boundary("remind", "ask", timer("'PT1H'"), interrupting=False),
        end("end_reminded"),
        flows("remind", "end_reminded"),
    )
    r = Runner(version("'PT5H'", *remind)).start("p", dict(DATA))
    due = r.clock.now() + dt.timedelta(hours=5)
    r.forward("PT30M")
    result = moved(r, version("'PT50H'"))
    assert changes(result) == [("event_removed", "remind")]
    assert [t.due_at for t in r.waits.timers.values()] == [due]
    r.forward("PT4H30M")
    assert r.outcome is Outcome.COMPLETED


def test_a_reminder_that_was_sent_is_not_sent_again() -> None:
    def version(text: str) -> dict[str, str]:
        return bundle(
            start(),
            user("ask"),
            boundary("remind", "ask", timer("'PT1H'"), interrupting=False),
            script("reminded", text),
            end("end_reminded"),
            end(),
            flows("start", "ask", "end"),
            flows("remind", "reminded", "end_reminded"),
        )

    r = Runner(version("n = n + 1")).start("p", dict(DATA))
    r.forward("PT1H")
    assert not r.waits.timers
    result = moved(r, version("n = n + 10"))
    assert not result.obstacles
    assert not result.changes
    assert not r.waits.timers
    assert r.complete("ask").outcome is Outcome.COMPLETED


def test_an_activity_that_loses_all_its_events_goes_on_without() -> None:
    guarded = bundle(
        start(),
        user("ask"),
        boundary("late", "ask", timer("'PT5H'")),
        end(),
        end("end_late"),
        flows("start", "ask", "end"),
        flows("late", "end_late"),
    )
    r = Runner(guarded).start("p", dict(DATA))
    assert not moved(r, PLAIN).obstacles
    assert not r.waits.timers
    assert r.complete("ask").outcome is Outcome.COMPLETED


def test_elements_that_were_renamed_are_mapped_by_hand_and_others_are_refused() -> None:
    renamed = bundle(start(), user("decide"), end(), flows("start", "decide", "end"))
    r = Runner(PLAIN).start("p", dict(DATA))
    assert codes(moved(r, renamed)) == ["unmapped"]
    assert not moved(r, renamed, ask="decide").obstacles
    assert r.waiting() == ["decide"]
    assert r.complete("decide").outcome is Outcome.COMPLETED


def test_a_plan_is_refused_for_what_does_not_fit() -> None:
    source = Side.of(parse(PLAIN), "p")
    target = Side.of(parse(bundle(start(), script("ask", "n = 1"), end(), flows("start", "ask", "end"))), "p")
    assert [p.code for p in problems(source, target, automatic(source, target, "p"))] == []
    chosen = {"p": {"ask": "ask", "start": "nowhere"}}
    found = problems(source, target, completed(source, target, "p", chosen))
    assert sorted(p.code for p in found) == ["kind_differs", "target_missing"]


def test_what_has_the_same_name_and_kind_is_suggested_also_in_a_subprocess_found_so() -> None:
    def version(prefix: str, *names: str) -> dict[str, str]:
        inner = "".join(user(f"{prefix}{n}").replace(f'name="{prefix}', 'name="') for n in names)
        inner += start("s_in") + end("e_in") + flows("s_in", *(f"{prefix}{n}" for n in names), "e_in")
        sub = element("subProcess", f"{prefix}sub", inner).replace(f'name="{prefix}sub"', 'name="sub"')
        return bundle(start(), sub, end(), flows("start", f"{prefix}sub", "end"))

    source, target = (Side.of(parse(version(prefix, "a", "b")), "p") for prefix in ("", "new_"))
    assert suggested(source, target, "p") == {
        "p": {"sub": "new_sub"},
        "sub": {"a": "new_a", "b": "new_b"},
    }
    assert not problems(source, target, completed(source, target, "p", suggested(source, target, "p")))
    assert suggested(source, source, "p") == {}


def forked(*branches: str) -> dict[str, str]:
    return bundle(
        start(),
        element("parallelGateway", "split"),
        *(user(name) for name in branches),
        element("parallelGateway", "merge"),
        end(),
        flows("start", "split"),
        *(flows("split", name, "merge") for name in branches),
        flows("merge", "end"),
    )


def test_a_token_at_a_merge_moves_only_to_the_same_merge() -> None:
    r = Runner(forked("a", "b")).start("p", dict(DATA))
    r.complete("a")
    assert codes(moved(r, forked("a", "b", "c"))) == ["merge_differs"]
    assert not moved(r, forked("b", "a")).obstacles
    assert r.complete("b").outcome is Outcome.COMPLETED


def test_subprocesses_and_called_processes_move_with_what_is_in_them() -> None:
    def version(limit: str) -> dict[str, str]:
        inner = start("s_in") + user("inside") + end("e_in") + flows("s_in", "inside", "e_in")
        called = diagram(
            "called",
            start(),
            user("there"),
            boundary("late", "there", timer(limit)),
            end(),
            end("end_late"),
            flows("start", "there", "end"),
            flows("late", "end_late"),
        )
        top = bundle(
            start(),
            element("subProcess", "sub", inner),
            element("callActivity", "call", calledElement="called"),
            end(),
            flows("start", "sub", "call", "end"),
        )
        return top | {"called.bpmn": called}

    r = Runner(version("'PT1H'")).start("p", dict(DATA))
    assert not moved(r, version("'PT2H'")).obstacles
    r.complete("inside")
    assert not moved(r, version("'PT3H'")).obstacles
    assert r.complete("there").outcome is Outcome.COMPLETED


def test_instances_of_a_task_move_with_what_they_have_gathered() -> None:
    def version(collection: str) -> dict[str, str]:
        loop = (
            "<bpmn:multiInstanceLoopCharacteristics>"
            f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>"
            '<bpmn:inputDataItem id="item" name="item"/></bpmn:multiInstanceLoopCharacteristics>'
        )
        return bundle(start(), user("each", inner=loop), end(), flows("start", "each", "end"))

    r = Runner(version("items")).start("p", DATA | {"others": ["c"]})
    r.complete("each")
    assert codes(moved(r, version("others"))) == ["instances_differ"]
    assert not moved(r, version("items")).obstacles
    assert r.complete("each").outcome is Outcome.COMPLETED


def race(*events: tuple[str, str]) -> dict[str, str]:
    return bundle(
        start(),
        element("eventBasedGateway", "first"),
        *(element("intermediateCatchEvent", name, definition) for name, definition in events),
        end(),
        flows("start", "first"),
        *(flows("first", name, "end") for name, _ in events),
        more=message("one") + message("two"),
    )


def test_behind_an_event_gateway_rivals_come_and_go() -> None:
    one, two = ("one", message_definition("one")), ("two", message_definition("two"))
    late = ("late", timer("'PT1H'"))
    r = Runner(race(one, late)).start("p", dict(DATA))
    result = moved(r, race(two, late))
    assert {(c.code, c.element_id) for c in result.changes} == {
        ("event_removed", "one"),
        ("event_armed", "two"),
    }
    assert [m.message for m in r.waits.messages.values()] == ["two"]
    assert r.send("two").outcome is Outcome.COMPLETED


def test_a_call_that_is_under_way_stays_with_its_operation() -> None:
    registry = OperationRegistry()

    @registry.operation("pay", external=True)
    def pay(_ctx: Any) -> dict[str, Any]:
        return {}

    @registry.operation("charge", external=True)
    def charge(_ctx: Any) -> dict[str, Any]:
        return {}

    def version(operation: str) -> dict[str, str]:
        return bundle(start(), service("call", operation), end(), flows("start", "call", "end"))

    r = Runner(version("pay"), registry=registry).start("p", dict(DATA))
    assert codes(moved(r, version("charge"))) == ["operation_differs"]
    assert not moved(r, version("pay")).obstacles


def test_what_is_not_known_to_be_movable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    r = Runner(PLAIN).start("p", dict(DATA))
    known = {k: v for k, v in kinds._KINDS.items() if v != "user_task"}
    monkeypatch.setattr(kinds, "_KINDS", known)
    assert set(codes(moved(r, PLAIN))) == {"kind_unknown"}
