"""Each kind of wait is moved as it stands, and goes on to the end of the other version."""

from __future__ import annotations

import datetime as dt

from engine.runner import Outcome, Runner
from tests.diagrams import (
    boundary,
    condition,
    cycle,
    declared,
    element,
    end,
    flows,
    message,
    message_definition,
    script,
    signal,
    signal_definition,
    start,
    timer,
    user,
)
from tests.unit.migration.moving import DATA, bundle, changes, codes, moved

MORE = message("one") + message("two") + signal("news") + signal("more") + declared("escalation", "late")


def catching(definition: str, *more: str, **attributes: str) -> dict[str, str]:
    """An event that waits in the flow, beside a task that somebody can do first; then what is given."""
    return bundle(
        start(),
        element("parallelGateway", "split"),
        element("intermediateCatchEvent", "event", definition, **attributes),
        user("beside"),
        element("parallelGateway", "merge"),
        *(more or (flows("merge", "end"),)),
        end(),
        flows("start", "split", "event", "merge"),
        flows("split", "beside", "merge"),
        more=MORE,
    )


THEN = (script("then", "n = 7"), flows("merge", "then", "end"))


def test_a_signal_is_waited_for_under_its_new_name() -> None:
    r = Runner(catching(signal_definition("news"))).start("p", dict(DATA))
    place = next(iter(r.waits.events))
    assert not moved(r, catching(signal_definition("more"), *THEN)).obstacles
    assert [(key, wait.name) for key, wait in r.waits.events.items()] == [(place, "more")]
    assert r.broadcast("more").complete("beside").outcome is Outcome.COMPLETED, r.error
    assert r.variables["n"] == 7


def test_a_condition_that_held_before_does_not_trigger_again_and_a_new_one_is_looked_at() -> None:
    def version(text: str) -> dict[str, str]:
        return bundle(
            start(),
            user("ask"),
            boundary("odd", "ask", condition(text), interrupting=False),
            script("count", "seen = seen + 1"),
            end("end_odd"),
            end(),
            flows("start", "ask", "end"),
            flows("odd", "count", "end_odd"),
        )

    r = Runner(version("n == 0")).start("p", DATA | {"seen": 0})
    same = moved(r, version("n == 0"))
    assert not same.obstacles
    assert not same.wakes
    r.edit_variables(None, {"other": 1})
    assert r.completed().count("count") == 1
    other = moved(r, version("n < 1"))
    assert other.wakes, "a step has to look at it once"
    r.edit_variables(None, {"other": 2})
    assert r.completed().count("count") == 2
    assert r.complete("ask").outcome is Outcome.COMPLETED, r.error


def test_a_cycle_keeps_its_rhythm_and_the_rounds_that_are_left() -> None:
    def version(text: str, script_text: str) -> dict[str, str]:
        return bundle(
            start(),
            user("ask"),
            boundary("again", "ask", cycle(text), interrupting=False),
            script("count", script_text),
            end("end_again"),
            end(),
            flows("start", "ask", "end"),
            flows("again", "count", "end_again"),
        )

    r = Runner(version("'R3/PT1H'", "n = n + 1")).start("p", dict(DATA))
    began = r.clock.now()
    r.forward("PT1H30M")
    assert not moved(r, version("'R9/PT9H'", "n = n + 10")).obstacles
    assert [wait.due_at for wait in r.waits.timers.values()] == [began + dt.timedelta(hours=2)]
    r.forward("P9D")
    assert not r.waits.timers, "of three rounds, two were left"
    assert r.completed().count("count") == 3
    assert r.complete("ask").outcome is Outcome.COMPLETED, r.error


def test_of_a_multiple_event_it_is_known_which_have_come() -> None:
    def all_of(first: str, *more: str) -> dict[str, str]:
        definitions = message_definition(first, "heard") + signal_definition("news") + timer("'PT5H'")
        return catching(definitions, *more, parallelMultiple="true")

    r = Runner(all_of("one")).start("p", dict(DATA)).broadcast("news").forward("PT2H")
    due = [wait.due_at for wait in r.waits.timers.values()]
    assert not moved(r, all_of("two", *THEN)).obstacles
    assert [wait.due_at for wait in r.waits.timers.values()] == due
    assert not r.waits.events, "the signal has come already"
    r.complete("beside").send("two", {"text": "hello"}).forward("PT3H")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert (r.variables["n"], r.variables["heard"]) == (7, {"text": "hello"})


def test_the_first_of_several_is_enough_and_others_are_another_kind() -> None:
    def one_of(*definitions: str) -> dict[str, str]:
        return catching("".join(definitions))

    heard, late = message_definition("one"), timer("'PT5H'")
    r = Runner(one_of(heard, late)).start("p", dict(DATA))
    assert codes(moved(r, one_of(late, heard))) == ["unmapped"]
    assert not moved(r, one_of(message_definition("two"), timer("'PT1H'"))).obstacles
    assert r.send("two").complete("beside").outcome is Outcome.COMPLETED, r.error


def test_signals_and_receive_tasks_behind_an_event_gateway_come_and_go() -> None:
    def race(*events: str, names: tuple[str, ...]) -> dict[str, str]:
        return bundle(
            start(),
            element("eventBasedGateway", "first"),
            *events,
            end(),
            flows("start", "first"),
            *(flows("first", name, "end") for name in names),
            more=MORE,
        )

    told = element("intermediateCatchEvent", "told", signal_definition("news"))
    got = element("receiveTask", "got", messageRef="message_one")
    ready = element("intermediateCatchEvent", "ready", condition("n > 5"))
    r = Runner(race(told, got, names=("told", "got"))).start("p", dict(DATA))
    result = moved(r, race(told, ready, names=("told", "ready")))
    assert changes(result) == [("event_removed", "got"), ("event_armed", "ready")]
    assert result.wakes
    assert r.broadcast("news").outcome is Outcome.COMPLETED, r.error
