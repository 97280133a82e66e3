"""What events bring goes into data, and what they throw comes from it; saved and loaded between steps."""

from __future__ import annotations

import pytest

from engine.runner import Outcome, Runner
from engine.spiff.data import DataMissing
from tests.diagrams import (
    boundary,
    coded,
    condition,
    declared,
    diagram,
    element,
    end,
    flow,
    flows,
    listening,
    message,
    message_definition,
    script,
    sent,
    signal,
    signal_definition,
    start,
    timer,
    user,
)
from tests.unit.engine.accepted import accepted, run
from tests.unit.engine.test_data import DECLARED, association, specification

MORE = message("order") + message("call") + signal("alarm") + declared("escalation", "late")
READ = '<bpmn:property id="hold" name="__targetRef_placeholder"/>' + association("Input", "ref", "hold")
TO_OBJECT = association("Output", target="ref")


def output(name: str, *associations: str) -> str:
    return f'<bpmn:dataOutput id="out_{name}" name="{name}"/>' + "".join(associations)


def given(name: str, source: str = "", expression: str = "") -> str:
    """A data input of an event, filled from a data object or by an expression."""
    filled = association("Input", source, f"in_{name}", expression) if source or expression else ""
    return f'<bpmn:dataInput id="in_{name}" name="{name}"/>{filled}'


def test_a_message_that_is_caught_goes_into_a_data_object() -> None:
    r = run(
        DECLARED,
        start(),
        element("intermediateCatchEvent", "wait", TO_OBJECT + message_definition("order")),
        user("look"),
        script("read", "seen = total", READ),
        end(),
        flows("start", "wait", "look", "read", "end"),
        more=MORE,
        variables={"n": 1},
    )
    r.send("order", {"amount": 5})
    assert r.variables == {"n": 1}, "the payload is in the object only"
    assert r.complete("look").outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"n": 1, "seen": {"amount": 5}}


def test_an_output_that_no_association_takes_is_a_variable() -> None:
    r = run(
        start(),
        element("receiveTask", "task", specification({}, {"o": "first"}), messageRef="message_order"),
        element("intermediateCatchEvent", "event", output("second") + signal_definition("alarm")),
        user("look"),
        end(),
        flows("start", "task", "event", "look", "end"),
        more=MORE,
    )
    r.send("order", {"n": 1}).broadcast("alarm", {"n": 2})
    assert r.complete("look").variables == {"first": {"n": 1}, "second": {"n": 2}}


def test_a_transformation_takes_a_part_of_what_comes() -> None:
    part = association("Output", "out_came", "twice", "came['amount'] * 2")
    computed = association("Output", target="ref", expression="twice + 1")
    r = run(
        '<bpmn:property id="twice"/>',
        DECLARED,
        start(),
        element("intermediateCatchEvent", "wait", output("came", part) + message_definition("order")),
        element("intermediateCatchEvent", "late", computed + timer("'PT1H'")),
        script("read", "seen = total", READ),
        end(),
        flows("start", "wait", "late", "read", "end"),
        more=MORE,
    )
    r.send("order", {"amount": 4})
    assert r.variables == {"twice": 8}
    assert r.forward("PT1H").variables == {"twice": 8, "seen": 9}


def test_each_of_several_definitions_has_its_output() -> None:
    definitions = message_definition("order") + timer("'PT9H'") + signal_definition("alarm")
    outputs = output("ordered") + output("alarmed")

    def waiting(together: str) -> Runner:
        event = element("intermediateCatchEvent", "wait", outputs + definitions, parallelMultiple=together)
        return run(
            '<bpmn:property id="ordered"/><bpmn:property id="alarmed"/>',
            start(),
            event,
            user("look"),
            end(),
            flows("start", "wait", "look", "end"),
            more=MORE,
        )

    r = waiting("true").send("order", {"n": 1}).broadcast("alarm", {"n": 2}).forward("PT9H")
    assert r.variables == {"ordered": {"n": 1}, "alarmed": {"n": 2}}
    assert waiting("false").broadcast("alarm", 3).variables == {"ordered": None, "alarmed": 3}


def test_events_on_an_activity_and_beside_it() -> None:
    r = run(
        DECLARED,
        start(),
        user("work"),
        boundary("told", "work", TO_OBJECT + message_definition("order"), interrupting=False),
        user("note", "'to ' + total['by']"),
        end("end_note"),
        end(),
        flows("start", "work", "end"),
        flows("told", "note", "end_note"),
        listening(
            "esp",
            output("heard") + signal_definition("alarm"),
            user("hear", "heard['by']"),
            path="hear",
            interrupting=False,
        ),
        more=MORE,
    )
    r.send("order", {"by": "ann"}).broadcast("alarm", {"by": "eve"})
    groups = sorted((t.element_id, t.candidate_group) for t in r.waits.user_tasks.values())
    assert groups == [("hear", "eve"), ("note", "to ann"), ("work", "people")]


@pytest.mark.parametrize("inner", [TO_OBJECT, output("came", association("Output", "out_came", "ref"))])
def test_what_starts_a_process_is_in_its_data(inner: str) -> None:
    text = diagram(
        "p",
        DECLARED,
        element("startEvent", "begin", inner + message_definition("order")),
        user("look"),
        script("read", "seen = total", READ),
        end(),
        flows("begin", "look", "read", "end"),
        more=MORE,
    )
    r = Runner(accepted({"p.bpmn": text})).start_by("p", "message", "order", {"n": 3})
    assert r.complete("look").variables == {"seen": {"n": 3}}


def test_what_is_thrown_comes_from_data() -> None:
    write = script("write", "total = {'n': n}", association("Output", target="ref"))
    r = run(
        DECLARED,
        start(),
        write,
        element("intermediateThrowEvent", "tell", given("what", "ref") + sent("order")),
        element("intermediateThrowEvent", "cry", given("loud", "", "[n, n]") + signal_definition("alarm")),
        element("sendTask", "post", specification({"i": "n"}, {}), messageRef="message_call"),
        user("look"),
        end("end", given("n") + sent("order")),
        flows("start", "write", "tell", "cry", "post", "look", "end"),
        more=MORE,
        variables={"n": 7},
    )
    assert r.complete("look").outcome is Outcome.COMPLETED, r.error
    assert [(m.message, m.payload) for m in r.sent] == [("order", {"n": 7}), ("call", 7), ("order", 7)]
    assert [s.payload for s in r.signals] == [[7, 7]]
    assert r.variables == {"n": 7}, "inputs end with their event"


def test_a_payload_expression_reads_the_data_of_its_event() -> None:
    r = run(
        DECLARED,
        start(),
        script("write", "total = 4", association("Output", target="ref")),
        element("intermediateThrowEvent", "tell", READ + sent("order", "{'twice': total * 2}")),
        end(),
        flows("start", "write", "tell", "end"),
        more=MORE,
    )
    assert [m.payload for m in r.sent] == [{"twice": 8}]


def test_a_condition_reads_the_data_objects_of_its_scope() -> None:
    r = run(
        DECLARED,
        start(),
        element("parallelGateway", "fork"),
        element("intermediateCatchEvent", "until", condition("total == 4")),
        user("ask"),
        script("write", "total = n", association("Output", target="ref")),
        user("look"),
        end(),
        flows("start", "fork", "until", "look", "end"),
        flows("fork", "ask", "write", "end"),
    )
    assert sorted(r.waiting()) == ["ask", "until"]
    assert r.complete("ask", {"n": 4}).waiting() == ["look"]


def test_an_escalation_brings_data_from_inside_to_the_outside() -> None:
    inner = (
        start("s"),
        user("work"),
        end("e", given("why") + coded("escalation", "late")),
        flows("s", "work", "e"),
    )
    r = run(
        DECLARED,
        start(),
        element("subProcess", "sub", "".join(inner)),
        boundary("heard", "sub", TO_OBJECT + coded("escalation")),
        element("exclusiveGateway", "g", default="g-end"),
        user("mend"),
        end(),
        flows("start", "sub", "end"),
        flows("heard", "g", "end"),
        flow("g", "mend", "total == 'rain'"),
        flows("mend", "end"),
        more=MORE,
    )
    assert r.complete("work", {"why": "rain"}).waiting() == ["mend"]


def test_a_missing_input_of_an_event_is_an_error() -> None:
    r = run(start(), end("end", given("nothing") + sent("order")), flows("start", "end"), more=MORE)
    assert (r.outcome, type(r.error)) == (Outcome.FAILED, DataMissing)


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_repeated_receive_tasks_give_what_they_have_received(sequential: str) -> None:
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">'
        "<bpmn:loopDataInputRef>items</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>found</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="item" name="item"/><bpmn:outputDataItem id="came" name="came"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    variable = (
        "<bpmn:extensionElements><spiffworkflow:messageVariable>came</spiffworkflow:messageVariable>"
        "</bpmn:extensionElements>"
    )
    r = run(
        start(),
        element("receiveTask", "each", variable + loop, messageRef="message_order"),
        end(),
        flows("start", "each", "end"),
        more=MORE,
        variables={"items": {"a": 1, "b": 2}},
    )
    while r.outcome is Outcome.WAITING:
        r.send("order", {"n": len(r.waits.messages)})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert list(r.variables["found"]) == ["a", "b"]
