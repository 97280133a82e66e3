"""What can be undone, and what is being undone, in the other version."""

from __future__ import annotations

import re

from engine.runner import Outcome, Runner
from tests.diagrams import (
    boundary,
    element,
    end,
    flow,
    flows,
    script,
    signal,
    signal_definition,
    start,
    user,
)
from tests.unit.engine.test_compensation import AROUND_ALL, BOOK
from tests.unit.migration.moving import DATA, bundle, moved

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


def whole(name: str, *inner: str) -> dict[str, str]:
    """A subprocess with a compensation event subprocess in it; then a task, and everything is undone."""
    return bundle(
        start(),
        element("subProcess", name, "".join(inner)),
        user("wait"),
        element("intermediateThrowEvent", "undo", COMPENSATE),
        end(),
        flows("start", name, "wait", "undo", "end"),
    )


def test_what_stands_for_a_whole_subprocess_is_found_again_with_what_it_keeps() -> None:
    r = Runner(whole("trip", *AROUND_ALL)).start("p", dict(DATA)).complete("flight", {"seat": 2})
    lost = moved(r, whole("trip", *AROUND_ALL[1:]))
    assert [(remark.code, remark.element_id) for remark in lost.obstacles] == [
        ("compensation_lost", "instead")
    ]
    names = {"trip": "journey", "instead": "whole", "hotel": "bed", "no_hotel": "no_bed", "tell": "say"}
    other = renamed(whole("trip", *AROUND_ALL), **names)
    assert not moved(r, other, **names).obstacles
    assert r.complete("wait").waiting() == ["ask"]
    back = {goal: name for name, goal in names.items()}
    assert not moved(r, whole("trip", *AROUND_ALL), **back).obstacles
    assert r.complete("ask").waiting() == ["no_flight"]
    assert not moved(r, other, **names).obstacles
    assert r.complete("no_flight").waiting() == ["no_bed"]
    assert r.complete("no_bed").waiting() == ["say"]
    assert r.complete("say").outcome is Outcome.COMPLETED, r.error


def test_an_event_subprocess_that_undoes_what_is_around_it_goes_on_with_that() -> None:
    inner = (
        element("startEvent", "es", signal_definition("stop")),
        element("intermediateThrowEvent", "undo_all", COMPENSATE),
        user("tell"),
        end("ee"),
        flows("es", "undo_all", "tell", "ee"),
    )

    def version() -> dict[str, str]:
        return bundle(
            start(),
            *BOOK,
            end(),
            element("subProcess", "rescue", "".join(inner), triggeredByEvent="true"),
            flows("start", "hotel", "flight", "end"),
            more=signal("stop"),
        )

    r = Runner(version()).start("p", dict(DATA)).broadcast("stop")
    assert r.waiting() == ["no_hotel"]
    names = {"hotel": "bed", "no_hotel": "no_bed", "rescue": "help", "tell": "say"}
    assert not moved(r, renamed(version(), **names), **names).obstacles
    assert r.complete("no_bed", {"back": 1}).waiting() == ["say"]
    assert r.complete("say").outcome is Outcome.COMPLETED, r.error
    assert r.variables["back"] == 1
