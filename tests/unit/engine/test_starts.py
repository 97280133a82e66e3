"""A process begins where it is started: at its plain start, or at what has been triggered."""

from __future__ import annotations

import pytest

from engine.lint import lint
from engine.operations import OperationRegistry
from engine.runner import NotWaiting, Outcome, Runner
from engine.spiff.modifying import TokenChange
from tests.diagrams import (
    condition,
    cycle,
    date,
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
from tests.unit.engine.accepted import accepted

SEVERAL = (
    start(),
    element("startEvent", "by_message", message_definition("order", "order")),
    element("startEvent", "by_either", message_definition("call", "call") + signal_definition("alarm")),
    user("plain"),
    user("ordered", "order['by']"),
    user("urgent"),
    element("exclusiveGateway", "merge"),
    end(),
    flows("start", "plain", "merge", "end"),
    flows("by_message", "ordered", "merge"),
    flows("by_either", "urgent", "merge"),
    listening("esp", message_definition("stop"), user("work")),
)
MORE = message("order") + message("call") + message("stop") + signal("alarm", variable="alarm")


def files() -> dict[str, str]:
    return accepted({"p.bpmn": diagram("p", *SEVERAL, more=MORE)})


def test_each_start_begins_by_itself() -> None:
    assert sorted(Runner(files()).start("p").waiting()) == ["esp_start", "plain"]
    r = Runner(files()).start_by("p", "message", "order", {"by": "ann"})
    assert sorted(r.waiting()) == ["esp_start", "ordered"]
    assert [t.candidate_group for t in r.waits.user_tasks.values()] == ["ann"]
    assert r.complete("ordered").outcome is Outcome.COMPLETED, r.error
    assert r.completed()[0] == "by_message"
    r = Runner(files()).start_by("p", "signal", "alarm", {"level": 1})
    assert sorted(r.waiting()) == ["esp_start", "urgent"]
    assert r.complete("urgent").variables == {"alarm": {"level": 1}}
    assert Runner(files()).start_by("p", "message", "call").complete("urgent").outcome is Outcome.COMPLETED


def test_the_clock_and_a_message_start_at_one_event() -> None:
    timers = cycle('"R/PT1H"') + date('"2030-01-01T00:00:00Z"') + timer('"P1D"')
    either = message_definition("order", "order") + timers
    text = diagram(
        "p",
        element("startEvent", "by_either", either),
        user("work"),
        end(),
        flows("by_either", "work", "end"),
        more=MORE,
    )
    for kind, name in (("cycle", "R/PT1H"), ("date", "2030-01-01T00:00:00Z"), ("duration", "P1D")):
        r = Runner(accepted({"p.bpmn": text})).start_by("p", kind, name)
        assert r.waiting() == ["work"]
        assert r.complete("work").variables == {}


def test_a_condition_over_data_stores_starts_a_process() -> None:
    read = (
        '<bpmn:property id="hold" name="__targetRef_placeholder"/><bpmn:dataInputAssociation>'
        "<bpmn:sourceRef>at_stock</bpmn:sourceRef><bpmn:targetRef>hold</bpmn:targetRef></bpmn:dataInputAssociation>"
    )
    text = diagram(
        "p",
        '<bpmn:dataStoreReference id="at_stock" dataStoreRef="stock"/>',
        element("startEvent", "low", condition("stock is not None and stock < 5")),
        script("look", "left = stock", read),
        end(),
        flows("low", "look", "end"),
        more='<bpmn:dataStore id="stock" name="stock"/>',
    )
    files, how = accepted({"p.bpmn": text}), ("p", "condition", "stock is not None and stock < 5")
    r = Runner(files, stores={"stock": 4}).start_by(*how)
    assert (r.outcome, r.variables, r.completed()) == (Outcome.COMPLETED, {"left": 4}, ["low", "look", "end"])
    for stores in ({}, {"stock": 9}):
        with pytest.raises(NotWaiting):
            Runner(files, stores=dict(stores)).start_by(*how)


def test_a_process_without_a_plain_start_is_not_started_by_its_id() -> None:
    text = diagram(
        "p",
        element("startEvent", "by_message", message_definition("order")),
        end(),
        flows("by_message", "end"),
        more=MORE,
    )
    with pytest.raises(NotWaiting):
        Runner(accepted({"p.bpmn": text})).start("p")


def test_what_the_linter_refuses_does_not_run() -> None:
    text = diagram("p", start(), element("task", "x"), end(), flows("start", "x"))
    refused = Runner({"p.bpmn": text}, check=True).start("p")
    assert refused.outcome is Outcome.REFUSED
    assert "bpmn.dead_end" in {finding.rule for finding in refused.findings}
    assert refused.start_by("p", "message", "order").waiting() == []
    assert Runner(files(), check=True).start("p").outcome is Outcome.WAITING


def behind_gateway(kind: str) -> dict[str, str]:
    """A process that begins at a gateway: two messages, or one of several events."""
    events = [
        element("intermediateCatchEvent", "paid", message_definition("order", "order")),
        element("receiveTask", "called", messageRef="message_call")
        if kind == "Tasks"
        else element("intermediateCatchEvent", "called", message_definition("call", "call")),
    ]
    if kind == "Tasks":
        events[0] = element("receiveTask", "paid", messageRef="message_order")
    more = ["paid", "called"]
    if kind == "Exclusive":
        events += [
            element("intermediateCatchEvent", "alarmed", signal_definition("alarm")),
            element("intermediateCatchEvent", "nightly", cycle('"R/PT1H"')),
        ]
        more += ["alarmed", "nightly"]
    text = diagram(
        "p",
        element(
            "eventBasedGateway",
            "first",
            instantiate="true",
            eventGatewayType="Parallel" if kind == "Parallel" else "Exclusive",
        ),
        *events,
        *(user(f"after_{name}") for name in more),
        *(flows("first", name, f"after_{name}", "end") for name in more),
        end(),
        more=MORE,
    )
    return accepted({"p.bpmn": text})


def test_each_event_behind_a_gateway_that_starts_begins_an_instance() -> None:
    for kind, name, event in (
        ("message", "order", "paid"),
        ("message", "call", "called"),
        ("signal", "alarm", "alarmed"),
        ("cycle", "R/PT1H", "nightly"),
    ):
        r = Runner(behind_gateway("Exclusive")).start_by("p", kind, name, {"n": 1})
        assert r.waiting() == [f"after_{event}"], "the others don't wait any more"
        assert r.completed() == ["first", event]
        assert r.complete(f"after_{event}").outcome is Outcome.COMPLETED, r.error
    r = Runner(behind_gateway("Exclusive")).start_by("p", "message", "order", {"n": 1})
    assert r.variables == {"order": {"n": 1}}
    assert Runner(behind_gateway("Tasks")).start_by("p", "message", "call").waiting() == ["after_called"]


def test_conditions_and_durations_behind_a_gateway_that_starts() -> None:
    events = {"low": condition("stock is not None and stock < 5"), "late": timer("'PT5H'")}
    text = diagram(
        "p",
        element("eventBasedGateway", "first", instantiate="true"),
        *(element("intermediateCatchEvent", name, definition) for name, definition in events.items()),
        *(user(f"after_{name}") for name in events),
        *(flows("first", name, f"after_{name}", "end") for name in events),
        end(),
        more='<bpmn:dataStore id="stock" name="stock"/>',
    )
    files = accepted({"p.bpmn": text})
    r = Runner(files, stores={"stock": 1}).start_by("p", "condition", "stock is not None and stock < 5")
    assert (r.waiting(), r.completed()) == (["after_low"], ["first", "low"])
    assert Runner(files).start_by("p", "duration", "PT5H").waiting() == ["after_late"]


@pytest.mark.parametrize("first", ["paid", "called"])
def test_a_parallel_gateway_starts_by_its_first_message_and_waits_for_the_other(first: str) -> None:
    names = {"paid": "order", "called": "call"}
    other = next(event for event in names if event != first)
    r = Runner(behind_gateway("Parallel")).start_by("p", "message", names[first], {"by": first})
    assert sorted(r.waiting()) == sorted([f"after_{first}", other])
    r.complete(f"after_{first}")
    assert r.outcome is Outcome.WAITING
    r.send(names[other], {"by": other})
    assert r.waiting() == [f"after_{other}"]
    assert r.complete(f"after_{other}").outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"order": {"by": "paid"}, "call": {"by": "called"}}


def test_what_a_parallel_gateway_waits_for_is_merged_behind_it() -> None:
    text = diagram(
        "p",
        element("eventBasedGateway", "first", instantiate="true", eventGatewayType="Parallel"),
        element("intermediateCatchEvent", "paid", message_definition("order", "order")),
        element("intermediateCatchEvent", "called", message_definition("call", "call")),
        element("parallelGateway", "both"),
        user("work"),
        end(),
        *(flows("first", event, "both") for event in ("paid", "called")),
        flows("both", "work", "end"),
        more=MORE,
    )
    assert "bpmn.join_incomplete" not in {f.rule for f in lint({"p.bpmn": text}, OperationRegistry())}
    r = Runner({"p.bpmn": text}).start_by("p", "message", "call", {"n": 1})
    assert r.waiting() == ["paid"]
    assert r.send("order", {"n": 2}).waiting() == ["work"]
    assert r.complete("work").variables == {"order": {"n": 2}, "call": {"n": 1}}


def test_what_a_parallel_gateway_waits_for_is_taken_away_one_by_one() -> None:
    events = {"paid": "order", "called": "call", "stopped": "stop"}
    text = diagram(
        "p",
        element("eventBasedGateway", "first", instantiate="true", eventGatewayType="Parallel"),
        *(element("intermediateCatchEvent", e, message_definition(m)) for e, m in events.items()),
        *(flows("first", event, "end") for event in events),
        end(),
        more=MORE,
    )
    r = Runner(accepted({"p.bpmn": text})).start_by("p", "message", "order")
    gone = next(token.element_instance for token in r.tokens() if token.element_id == "called")
    assert r.change_tokens(TokenChange(source=gone)).waiting() == ["stopped"]
    assert r.send("stop").outcome is Outcome.COMPLETED, r.error


def test_receive_tasks_start_a_process_beside_its_other_starts() -> None:
    variable = (
        "<bpmn:extensionElements><spiffworkflow:messageVariable>order</spiffworkflow:messageVariable>"
        "</bpmn:extensionElements>"
    )
    text = diagram(
        "p",
        start(),
        element("receiveTask", "ordered", variable, messageRef="message_order", instantiate="true"),
        element("startEvent", "by_signal", signal_definition("alarm")),
        user("work"),
        end(),
        flows("start", "work", "end"),
        flows("ordered", "work"),
        flows("by_signal", "work"),
        more=MORE,
    )
    files = accepted({"p.bpmn": text})
    assert Runner(files).start("p").waiting() == ["work"]
    r = Runner(files).start_by("p", "message", "order", {"n": 2})
    assert (r.waiting(), r.completed(), r.variables) == (["work"], ["ordered"], {"order": {"n": 2}})
    assert Runner(files).start_by("p", "signal", "alarm").completed() == ["by_signal"]
