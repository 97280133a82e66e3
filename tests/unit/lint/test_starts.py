"""Rules about what starts a process."""

from __future__ import annotations

import datetime as dt

from engine.lint import lint
from tests.diagrams import (
    boundary,
    condition,
    cycle,
    date,
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    signal,
    signal_definition,
    start,
    timer,
)
from tests.unit.lint.bundles import REGISTRY, check, found

BY_MESSAGE = element("startEvent", "x", message_definition("m"))


def started(process_id: str, *starts: str) -> str:
    """A process with these starts, the last of which is ``x``."""
    return diagram(process_id, *starts, end(), flows("x", "end"), more=message("m") + signal("s"))


def test_several_starts_of_which_one_has_no_trigger() -> None:
    text = diagram(
        "p", start() + BY_MESSAGE, end(), flows("x", "end"), flows("start", "end"), more=message("m")
    )
    assert check(text) == []
    assert check(started("p", BY_MESSAGE)) == []
    two = text.replace("bpmn:messageEventDefinition", "bpmn:documentation").replace(
        ' messageRef="message_m"', ""
    )
    assert found(two, "bpmn.one_start").element_id == "p"


def test_a_subprocess_starts_by_its_flow() -> None:
    inner = BY_MESSAGE + end("e") + flows("x", "e")
    text = diagram(
        "p",
        start(),
        element("subProcess", "sub", inner),
        end(),
        flows("start", "sub", "end"),
        more=message("m"),
    )
    assert found(text, "bpmn.unsupported_event").element_id == "x"


def test_a_start_that_waits_for_several_together() -> None:
    both = element(
        "startEvent", "x", message_definition("m") + signal_definition("s"), parallelMultiple="true"
    )
    assert found(started("p", both), "bpmn.start_together").element_id == "x"


def test_the_clock_starts_by_a_date_or_a_rhythm_that_is_written_there() -> None:
    def by(definition: str) -> str:
        return started("p", element("startEvent", "x", definition))

    assert check(by(date('"2026-12-01T09:00:00+08:00"'))) == []
    assert check(by(cycle('"R/PT1H"'))) == []
    assert check(by(timer('"PT1H"'))) == []
    assert found(by(timer('"P2BD"')), "timer.start_working_days").element_id == "x"
    assert found(by(timer("wait")), "timer.start_computed").element_id == "x"
    assert found(by(cycle("rhythm")), "timer.start_computed").element_id == "x"
    assert found(by(date('"tomorrow"')), "timer.invalid").element_id == "x"


def test_an_instant_that_has_passed_when_the_bundle_is_looked_at() -> None:
    def rules(definition: str, now: dt.datetime | None) -> list[str]:
        text = started("p", element("startEvent", "x", definition))
        return [finding.rule for finding in lint({"p.bpmn": text}, REGISTRY, now)]

    spring = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    for passed in (date('"2026-03-31T00:00:00Z"'), cycle('"R3/2026-03-01T00:00:00Z/P1D"')):
        assert rules(passed, spring) == ["timer.start_passed"]
        assert rules(passed, None) == []
    for ahead in (date('"2026-04-02T00:00:00Z"'), cycle('"R/2026-03-01T00:00:00Z/P1D"'), timer('"PT1H"')):
        assert rules(ahead, spring) == []


def test_a_condition_that_starts_reads_data_stores_only() -> None:
    def by(expression: str, more: str = '<bpmn:dataStore id="stock" name="stock"/>') -> str:
        text = started("p", element("startEvent", "x", condition(expression)))
        return text.replace("</bpmn:definitions>", f"{more}</bpmn:definitions>")

    assert check(by("stock is not None and stock < 5")) == []
    for wrong in ("stock < limit", "1 < 2"):
        assert found(by(wrong), "bpmn.start_condition").element_id == "x"
    assert found(by("stock < 5", more=""), "bpmn.start_condition").element_id == "x"
    assert found(by("stock <"), "expr.refused").element_id == "x"


def test_a_message_that_starts_two_processes() -> None:
    files = {"p.bpmn": started("p", BY_MESSAGE), "q.bpmn": started("q", BY_MESSAGE)}
    assert found(files, "bpmn.start_message_twice").file == "q.bpmn"


def test_a_call_of_a_process_that_only_a_message_starts() -> None:
    caller = diagram(
        "p", start(), element("callActivity", "x", calledElement="q"), end(), flows("start", "x", "end")
    )
    assert found({"p.bpmn": caller, "q.bpmn": started("q", BY_MESSAGE)}, "ref.not_callable").file == "p.bpmn"


def gateway(*events: str, parts: str = "", **attributes: str) -> str:
    """A process that begins at a gateway before these events, the last of which is ``x``."""
    return diagram(
        "p",
        element("eventBasedGateway", "g", instantiate="true", **attributes),
        *events,
        parts,
        end(),
        flows("g", "x", "end"),
        more=message("m") + signal("s"),
    )


def test_gateways_and_tasks_that_start_a_process() -> None:
    def behind(definition: str, **attributes: str) -> str:
        return gateway(element("intermediateCatchEvent", "x", definition), **attributes)

    by_message, parallel = message_definition("m"), {"eventGatewayType": "Parallel"}
    assert check(behind(by_message)) == []
    assert check(behind(by_message, **parallel)) == []
    assert check(behind(cycle('"R/PT1H"'))) == []
    assert found(behind(signal_definition("s"), **parallel), "bpmn.gateway_parallel_events").element_id == "x"
    assert found(behind(cycle("rhythm")), "timer.start_computed").element_id == "x"
    assert found(behind(condition("n > 1")), "bpmn.start_condition").element_id == "x"
    led_to = behind(by_message).replace("</bpmn:process>", start() + flows("start", "g") + "</bpmn:process>")
    assert found(led_to, "bpmn.instantiate_flow").element_id == "g"
    plain = led_to.replace(' instantiate="true"', "")
    assert check(plain) == []
    waits = plain.replace('id="g"', 'id="g" eventGatewayType="Parallel"')
    assert found(waits, "bpmn.gateway_parallel").element_id == "g"


def test_receive_tasks_that_start_a_process() -> None:
    def begins(inner: str = "", parts: str = "") -> str:
        task = element("receiveTask", "x", inner, messageRef="message_m", instantiate="true")
        return diagram("p", task, parts, end(), flows("x", "end"), more=message("m"))

    assert check(begins()) == []
    late = boundary("b", "x", timer("'PT1H'")) + flows("b", "end")
    assert found(begins(parts=late), "bpmn.instantiate_plain").element_id == "x"
    inside = begins().replace("<bpmn:receiveTask", '<bpmn:subProcess id="sub" name="sub"><bpmn:receiveTask')
    inside = inside.replace("</bpmn:process>", "</bpmn:subProcess></bpmn:process>")
    assert "bpmn.instantiate_place" in {finding.rule for finding in check(inside)}
    twice = {"p.bpmn": begins(), "q.bpmn": started("q", BY_MESSAGE)}
    assert found(twice, "bpmn.start_message_twice").file == "q.bpmn"
