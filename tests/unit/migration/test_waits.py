"""Each kind of wait is moved as it stands, and goes on to the end of the other version."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from engine.runner import Outcome, Runner
from tests.diagrams import (
    boundary,
    coded,
    condition,
    cycle,
    declared,
    element,
    end,
    flow,
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


def listened(definition: str, *, interrupting: bool, work: str = "user", name: str = "esp") -> str:
    inner = user(f"{name}_{work}")
    return listening(name, definition, inner, path=f"{name}_{work}", interrupting=interrupting)


def around(*event_subprocesses: str) -> dict[str, str]:
    return bundle(start(), user("ask"), *event_subprocesses, end(), flows("start", "ask", "end"), more=MORE)


@pytest.mark.parametrize("interrupting", [False, True])
def test_an_event_subprocess_listens_and_runs_in_the_other_version(interrupting: bool) -> None:
    r = Runner(around(listened(message_definition("one"), interrupting=interrupting))).start("p", dict(DATA))
    renamed = around(listened(message_definition("two"), interrupting=interrupting, name="other"))
    mapping = {"esp": "other", "esp_start": "other_start", "esp_user": "other_user", "esp_end": "other_end"}
    result = moved(r, renamed, **mapping)
    assert (codes(result), changes(result)) == ([], [])
    r.send("two")
    back = {goal: name for name, goal in mapping.items()}
    result = moved(r, around(listened(message_definition("one"), interrupting=interrupting)), **back)
    assert (codes(result), changes(result)) == ([], [("moved", "other"), ("moved", "other_user")])
    assert len(r.waits.messages) == (0 if interrupting else 1)
    r.complete("esp_user")
    if not interrupting:
        r.send("one").complete("esp_user").complete("ask")
    assert r.outcome is Outcome.COMPLETED, r.error


def test_event_subprocesses_that_only_the_target_has_begin_to_listen_with_what_is_known_now() -> None:
    r = Runner(around()).start("p", dict(DATA))
    r.edit_variables(None, {"limit": "PT3H"})
    news = listened(signal_definition("news"), interrupting=False)
    late = listened(timer("limit"), interrupting=True, name="late")
    result = moved(r, around(news, late))
    assert set(changes(result)) == {("event_armed", "esp"), ("event_armed", "late")}
    due = r.clock.now() + dt.timedelta(hours=3)
    assert [wait.due_at for wait in r.waits.timers.values()] == [due]
    r.broadcast("news").complete("esp_user").forward("PT3H")
    assert r.waiting() == ["late_user"]
    assert r.complete("late_user").outcome is Outcome.COMPLETED, r.error


def test_a_listener_goes_with_its_event_and_nothing_listens_beside_one_that_interrupts() -> None:
    news = listened(signal_definition("news"), interrupting=True)
    r = Runner(around(news)).start("p", dict(DATA))
    result = moved(r, around(listened(message_definition("one"), interrupting=True)))
    assert changes(result) == [("event_removed", "esp"), ("event_armed", "esp")]
    r.send("one")
    result = moved(r, around(news, listened(message_definition("two"), interrupting=False, name="more")))
    assert (codes(result), changes(result)) == ([], [])
    assert r.waiting() == ["esp_user"], "what interrupts is alone, also in the other version"
    assert r.complete("esp_user").outcome is Outcome.COMPLETED, r.error


def test_an_event_subprocess_that_was_triggered_for_the_last_time_does_not_listen_again() -> None:
    once = listened(timer("'PT1H'"), interrupting=False)
    r = Runner(around(once)).start("p", dict(DATA)).forward("PT1H")
    r.complete("esp_user")
    assert changes(moved(r, around(once))) == []
    assert r.waiting() == ["ask"]


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
    r.complete("phone").complete("visit", {"done": True})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["first"] == 1


COMPENSATE = "<bpmn:compensateEventDefinition/>"


def undoable(activity: str, handler: str) -> str:
    return (
        boundary(f"undo_{activity}", activity, COMPENSATE)
        + f'<bpmn:association id="to_{handler}" sourceRef="undo_{activity}" targetRef="{handler}"/>'
        + user(handler).replace("<bpmn:userTask", '<bpmn:userTask isForCompensation="true"')
    )


def booking(*, second: bool = True) -> str:
    """Two bookings that can be undone, in a subprocess; then a task, and everything is undone."""
    inner = "".join(
        (
            start("in"),
            user("hotel"),
            undoable("hotel", "no_hotel"),
            user("flight"),
            undoable("flight", "no_flight") if second else "",
            end("out"),
            flows("in", "hotel", "flight", "out"),
        )
    )
    return element("subProcess", "trip", inner)


def booked(trip: str, *more: str) -> dict[str, str]:
    return bundle(
        start(),
        trip,
        user("ask"),
        element("intermediateThrowEvent", "undo", COMPENSATE),
        *(more or (flows("undo", "end"),)),
        end(),
        flows("start", "trip", "ask", "undo"),
    )


def renamed(files: dict[str, str], **names: str) -> dict[str, str]:
    """A bundle with other ids."""
    pattern = re.compile("|".join(rf"\b{name}\b" for name in names))
    return {file: pattern.sub(lambda found: names[found[0]], text) for file, text in files.items()}


def test_what_can_be_undone_is_remembered_with_the_data_of_its_time() -> None:
    r = Runner(booked(booking())).start("p", dict(DATA))
    r.complete("hotel", {"room": 1}).complete("flight", {"seat": 2, "room": 0})
    names = {"trip": "journey", "hotel": "bed", "flight": "train", "no_hotel": "no_bed"}
    files = renamed(booked(booking(), script("then", "n = 7"), flows("undo", "then", "end")), **names)
    assert not moved(r, files, **names).obstacles
    r.complete("ask", {"room": 5, "seat": 5})
    assert r.waiting() == ["no_flight"]
    assert r.seen_by("no_flight")["seat"] == 2
    # In the middle of it: what is still to be undone goes on in yet another version.
    back = {goal: name for name, goal in names.items()}
    assert not moved(r, booked(booking()), **back).obstacles
    assert r.complete("no_flight").waiting() == ["no_hotel"]
    assert r.seen_by("no_hotel")["room"] == 1
    assert r.complete("no_hotel").outcome is Outcome.COMPLETED, r.error


def test_what_could_not_be_undone_in_the_target_stays() -> None:
    r = Runner(booked(booking())).start("p", dict(DATA)).complete("hotel").complete("flight")
    result = moved(r, booked(booking(second=False)))
    assert [(remark.code, remark.element_id) for remark in result.obstacles] == [
        ("compensation_lost", "flight")
    ]


def transaction(name: str, *after: str) -> dict[str, str]:
    cancel = "<bpmn:cancelEventDefinition/>"
    inner = (
        start("in"),
        user("hotel"),
        undoable("hotel", "no_hotel"),
        user("sure"),
        element("exclusiveGateway", "ok", default="ok-out"),
        end("out"),
        end("give_up", cancel),
        flows("in", "hotel", "sure", "ok", "out"),
        flow("ok", "give_up", "not sure"),
    )
    return bundle(
        start(),
        element("transaction", name, "".join(inner)),
        boundary("cancelled", name, cancel),
        user("sorry"),
        *(after or (flows("sorry", "end"),)),
        end(),
        flows("start", name, "end"),
        flows("cancelled", "sorry"),
    )


def test_a_transaction_moves_before_and_while_it_is_undone() -> None:
    r = Runner(transaction("trip")).start("p", dict(DATA)).complete("hotel", {"room": 1})
    assert not moved(r, transaction("journey"), trip="journey").obstacles
    r.complete("sure", {"sure": False})
    assert r.waiting() == ["no_hotel"]
    then = (script("then", "n = 7"), flows("sorry", "then", "end"))
    assert not moved(r, transaction("trip", *then), journey="trip").obstacles
    r.complete("no_hotel", {"given_back": 3})
    assert r.complete("sorry").outcome is Outcome.COMPLETED, r.error
    assert (r.variables["n"], r.variables["given_back"]) == (7, 3)


def test_escalations_are_caught_in_the_other_version() -> None:
    def version(name: str) -> dict[str, str]:
        inner = (
            start("in"),
            user("work"),
            end("out", coded("escalation", "late")),
            flows("in", "work", "out"),
        )
        return bundle(
            start(),
            element("subProcess", name, "".join(inner)),
            boundary("raised", name, coded("escalation", "late"), interrupting=False),
            user("look"),
            end("seen"),
            end(),
            flows("start", name, "end"),
            flows("raised", "look", "seen"),
            more=MORE,
        )

    r = Runner(version("sub")).start("p", dict(DATA))
    assert changes(moved(r, version("part"), sub="part")) == [("moved", "sub")]
    r.complete("work")
    assert r.waiting() == ["look"]
    assert r.complete("look").outcome is Outcome.COMPLETED, r.error
