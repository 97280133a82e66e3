"""Compensation: handlers run in reverse, with the variables of their activity's time."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from engine.runner import Outcome, Runner
from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flow,
    flows,
    script,
    start,
    timer,
    user,
)

UNDO = "<bpmn:compensateEventDefinition/>"


def run(*elements: str, variables: dict[str, Any] | None = None, **more: str) -> Runner:
    files = {"p.bpmn": diagram("p", *elements)} | {f"{name}.bpmn": text for name, text in more.items()}
    return Runner(files).start("p", variables)


def undoable(activity: str, handler: str) -> str:
    """The compensation event on an activity, and its association with a handler."""
    event = boundary(f"undo_{activity}", activity, UNDO)
    return event + f'<bpmn:association id="to_{handler}" sourceRef="undo_{activity}" targetRef="{handler}"/>'


def handler(element_id: str, kind: str = "userTask", inner: str = "") -> str:
    return element(kind, element_id, inner, isForCompensation="true")


def throw(element_id: str = "throw", **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return element("intermediateThrowEvent", element_id, f"<bpmn:compensateEventDefinition{given}/>")


def undo_script(element_id: str, text: str) -> str:
    return handler(element_id, "scriptTask", f"<bpmn:script>{text}</bpmn:script>")


BOOK = (
    script("hotel", "booked = 'hotel'"),
    undoable("hotel", "no_hotel"),
    user("flight"),
    undoable("flight", "no_flight"),
    handler("no_hotel"),
    handler("no_flight"),
)


def test_handlers_run_one_after_the_other_the_latest_first_and_then_it_goes_on() -> None:
    r = run(
        start(),
        *BOOK,
        throw(),
        user("after"),
        end(),
        flows("start", "hotel", "flight", "throw", "after", "end"),
    )
    r.complete("flight", {"booked": "flight"})
    assert r.waiting() == ["no_flight"]
    assert r.seen_by("no_flight") == {"booked": "flight"}
    r.complete("no_flight", {"undone": 1})
    assert r.waiting() == ["no_hotel"]
    assert r.seen_by("no_hotel") == {"booked": "hotel"}
    r.complete("no_hotel", {"undone": 2})
    assert r.waiting() == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"booked": "flight", "undone": 2}
    order = [e for e in r.completed() if e in ("throw", "no_flight", "no_hotel", "after")]
    assert order == ["no_flight", "no_hotel", "throw", "after"]


def test_one_activity_can_be_compensated_and_nothing_is_compensated_twice() -> None:
    r = run(
        start(),
        *BOOK,
        throw("first", activityRef="hotel"),
        throw("second"),
        end(),
        flows("start", "hotel", "flight", "first", "second", "end"),
    )
    assert r.complete("flight").waiting() == ["no_hotel"]
    assert r.complete("no_hotel").waiting() == ["no_flight"]
    assert r.complete("no_flight").outcome is Outcome.COMPLETED, r.error


def test_what_has_not_completed_is_not_compensated() -> None:
    r = run(
        start(),
        *BOOK,
        boundary("late", "flight", timer("'PT1H'")),
        throw(),
        end(),
        flows("start", "hotel", "flight", "end"),
        flows("late", "throw", "end"),
    )
    assert r.forward("PT1H").waiting() == ["no_hotel"]
    assert r.complete("no_hotel").outcome is Outcome.COMPLETED, r.error


def test_an_end_event_compensates_before_its_process_ends() -> None:
    event = end("end", UNDO)
    r = run(start(), *BOOK, event, flows("start", "hotel", "flight", "end"))
    assert r.complete("flight").waiting() == ["no_flight"]
    r.complete("no_flight").complete("no_hotel")
    assert r.outcome is Outcome.COMPLETED, r.error


def test_an_event_that_does_not_wait_goes_on_beside_the_handlers() -> None:
    r = run(
        start(),
        *BOOK,
        throw(waitForCompletion="false"),
        user("after"),
        end(),
        flows("start", "hotel", "flight", "throw", "after", "end"),
    )
    r.complete("flight")
    assert sorted(r.waiting()) == ["after", "no_flight"]
    r.complete("after")
    assert r.waiting() == ["no_flight"], "the process ends only with its handlers"
    assert r.complete("no_flight").complete("no_hotel").outcome is Outcome.COMPLETED, r.error


def test_each_round_of_a_loop_is_compensated_with_its_own_variables() -> None:
    r = run(
        start(),
        script("count", "n = n + 1"),
        undoable("count", "back"),
        undo_script("back", "seen = seen + [n]"),
        element("exclusiveGateway", "more", default="more-throw"),
        throw(),
        end(),
        flows("start", "count", "more", "throw", "end"),
        flow("more", "count", "n < 3"),
        variables={"n": 0, "seen": []},
    )
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("back") == 3
    assert r.variables == {"n": 3, "seen": [1]}, "each handler sees its own round, the first one last"


def test_more_than_can_be_remembered_is_an_error() -> None:
    r = run(
        start(),
        script("count", "n = n + 1"),
        undoable("count", "back"),
        undo_script("back", "n = 0"),
        element("exclusiveGateway", "more", default="more-end"),
        end(),
        flows("start", "count", "more", "end"),
        flow("more", "count", "n < 1002"),
        variables={"n": 0},
    )
    assert (r.outcome, type(r.error).__name__) == (Outcome.FAILED, "TooManyToCompensate")


INNER = (start("s"), *BOOK, end("e"), flows("s", "hotel", "flight", "e"))
CHILD = diagram("child", *INNER)


@pytest.mark.parametrize(
    "whole",
    [element("subProcess", "trip", "".join(INNER)), element("callActivity", "trip", calledElement="child")],
)
def test_a_completed_subprocess_or_call_is_compensated_by_what_it_did(whole: str) -> None:
    r = run(
        start(),
        whole,
        user("pay"),
        undoable("pay", "pay_back"),
        handler("pay_back"),
        throw(),
        end(),
        flows("start", "trip", "pay", "throw", "end"),
        child=CHILD,
    )
    r.complete("flight", {"booked": "flight"}).complete("pay")
    for name in ("pay_back", "no_flight", "no_hotel"):
        assert r.waiting() == [name]
        r.complete(name, {name: True})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"booked": "flight", "pay_back": True, "no_flight": True, "no_hotel": True}


def test_a_handler_on_a_subprocess_stands_for_the_whole() -> None:
    r = run(
        start(),
        element("subProcess", "trip", "".join(INNER)),
        undoable("trip", "no_trip"),
        handler("no_trip"),
        throw(activityRef="trip"),
        end(),
        flows("start", "trip", "throw", "end"),
    )
    assert r.complete("flight").waiting() == ["no_trip"]
    assert r.complete("no_trip").outcome is Outcome.COMPLETED, r.error


def test_repeated_subprocesses_are_each_compensated() -> None:
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
    loop += '<bpmn:inputDataItem id="item" name="item"/></bpmn:multiInstanceLoopCharacteristics>'
    inner = (
        start("s"),
        script("book", "n = item"),
        undoable("book", "unbook"),
        undo_script("unbook", "last = n"),
        end("e"),
        flows("s", "book", "e"),
    )
    r = run(
        start(),
        element("subProcess", "each", loop + "".join(inner)),
        throw(activityRef="each"),
        end(),
        flows("start", "each", "throw", "end"),
        variables={"items": [1, 2, 3]},
    )
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("unbook") == 3
    assert r.variables["last"] == 1


def test_a_handler_can_be_a_subprocess_and_a_call() -> None:
    inner = start("hs") + user("ask") + end("he") + flows("hs", "ask", "he")
    called = diagram("called", start(), user("inner"), end(), flows("start", "inner", "end"))
    r = run(
        start(),
        script("a", "x = 1"),
        undoable("a", "undo_by_sub"),
        script("b", "x = 2"),
        undoable("b", "undo_by_call"),
        handler("undo_by_sub", "subProcess", inner),
        element("callActivity", "undo_by_call", calledElement="called", isForCompensation="true"),
        throw(),
        end(),
        flows("start", "a", "b", "throw", "end"),
        called=called,
    )
    assert r.waiting() == ["inner"]
    assert r.complete("inner").waiting() == ["ask"]
    assert r.complete("ask").outcome is Outcome.COMPLETED, r.error


def test_a_subprocess_that_is_interrupted_takes_its_compensation_with_it() -> None:
    inner = (start("s"), *BOOK, throw(), end("e"), flows("s", "hotel", "flight", "throw", "e"))
    r = run(
        start(),
        element("subProcess", "trip", "".join(inner)),
        boundary("late", "trip", timer("'PT1H'")),
        end(),
        flows("start", "trip", "end"),
        flows("late", "end"),
    )
    assert r.complete("flight").waiting() == ["no_flight", "late"]
    assert r.forward("PT1H").outcome is Outcome.COMPLETED, r.error
    assert "no_flight" not in r.completed()


def test_without_handlers_nothing_is_remembered() -> None:
    r = run(start(), script("a", "x = 1"), user("b"), end(), flows("start", "a", "b", "end"))
    assert "done" not in orjson.loads(r._state)


def compensating(*inner: str) -> str:
    """A compensation event subprocess."""
    parts = (element("startEvent", "es", UNDO), *inner, end("ee"))
    return element("subProcess", "instead", "".join(parts), triggeredByEvent="true")


INSTEAD = (
    compensating(user("ask"), flows("es", "ask", "ee")),
    start("s"),
    *BOOK,
    end("e"),
    flows("s", "hotel", "flight", "e"),
)
AROUND_ALL = (
    compensating(user("ask"), throw("rest"), user("tell"), flows("es", "ask", "rest", "tell", "ee")),
    start("s"),
    *BOOK,
    end("e"),
    flows("s", "hotel", "flight", "e"),
)


@pytest.mark.parametrize("kind", ["subProcess", "callActivity"])
def test_a_compensation_event_subprocess_stands_for_the_whole(kind: str) -> None:
    trip = (
        element("subProcess", "trip", "".join(INSTEAD))
        if kind == "subProcess"
        else element("callActivity", "trip", calledElement="child")
    )
    parts = (start(), trip, throw(), user("after"), end(), flows("start", "trip", "throw", "after", "end"))
    files = {"p.bpmn": diagram("p", *parts)}
    if kind == "callActivity":
        files["child.bpmn"] = diagram("child", *INSTEAD)
    r = Runner(files).start("p")
    assert r.waiting() == ["flight"], "it isn't started by itself"
    r.complete("flight", {"booked": "flight"})
    assert r.waiting() == ["ask"]
    assert r.seen_by("ask") == {"booked": "flight"}
    assert r.complete("ask", {"asked": True}).waiting() == ["after"]
    assert r.complete("after").variables == {"booked": "flight", "asked": True}


def test_a_compensation_event_subprocess_can_compensate_what_it_stands_for() -> None:
    r = run(
        start(),
        element("subProcess", "trip", "".join(AROUND_ALL)),
        throw(),
        end(),
        flows("start", "trip", "throw", "end"),
    )
    for name in ("flight", "ask", "no_flight", "no_hotel", "tell"):
        assert r.waiting() == [name]
        r.complete(name, {name: True})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["no_hotel"]
    assert r.variables["tell"]


def test_an_event_subprocess_compensates_the_process_around_it() -> None:
    signal = '<bpmn:signalEventDefinition signalRef="stop"/>'
    inner = (
        element("startEvent", "es", signal),
        throw("undo_all"),
        user("tell"),
        end("ee"),
        flows("es", "undo_all", "tell", "ee"),
    )
    parts = (
        start(),
        *BOOK,
        end(),
        element("subProcess", "rescue", "".join(inner), triggeredByEvent="true"),
        flows("start", "hotel", "flight", "end"),
    )
    text = diagram("p", *parts, more='<bpmn:signal id="stop" name="stop"/>')
    r = Runner({"p.bpmn": text}).start("p")
    r.broadcast("stop")
    assert r.waiting() == ["no_hotel"], "what hasn't completed isn't compensated"
    assert r.complete("no_hotel", {"back": 1}).waiting() == ["tell"]
    assert r.complete("tell").outcome is Outcome.COMPLETED, r.error
    assert r.variables["back"] == 1


def test_handlers_in_several_subprocesses_can_fill_in_one_object() -> None:
    def part(name: str) -> str:
        inner = (
            start(f"{name}_start"),
            script(f"{name}_do", f"done = '{name}'"),
            undoable(f"{name}_do", f"{name}_undo"),
            undo_script(f"{name}_undo", f"log['{name}'] = done"),
            end(f"{name}_end"),
            flows(f"{name}_start", f"{name}_do", f"{name}_end"),
        )
        return element("subProcess", name, "".join(inner))

    path = flows("start", "one", "two", "throw", "end")
    r = run(start(), part("one"), part("two"), throw(), end(), path, variables={"log": {"begun": True}})
    assert r.variables["log"] == {"begun": True, "one": "one", "two": "two"}


def test_what_handlers_did_that_nobody_waits_for_meets_the_rest_member_by_member() -> None:
    def path(name: str) -> tuple[str, ...]:
        undo = undo_script(f"undo_{name}", f"log['{name}'] = 1")
        return script(name, f"{name} = 1"), undoable(name, f"undo_{name}"), undo

    way = flows("start", "a", "b", "throw", "later", "end")
    throws = throw(waitForCompletion="false")
    given = {"log": {"begun": True}}
    r = run(start(), *path("a"), *path("b"), throws, user("later"), end(), way, variables=given)
    r.complete("later", {"log": {"begun": False}})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["log"] == {"begun": False, "a": 1, "b": 1}
