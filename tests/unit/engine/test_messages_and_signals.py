"""Messages, signals and cycles within one instance; the state is saved and loaded between steps."""

from __future__ import annotations

import pytest

from engine.runner import NotWaiting, Outcome, Runner
from tests.diagrams import (
    boundary,
    cycle,
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    payload,
    script,
    sent,
    signal,
    signal_definition,
    start,
    timer,
    to_key,
    user,
)
from tests.unit.engine.accepted import accepted, run

LISTENING = boundary("heard", "work", message_definition("ping", "note"), interrupting=False)


def test_an_event_that_leaves_its_activity_alone_takes_each_message() -> None:
    r = run(
        start(),
        user("work"),
        LISTENING,
        script("count", "n = n + 1"),
        user("answer", "note['to']"),
        end("end_heard"),
        end(),
        flows("start", "work", "end"),
        flows("heard", "count", "answer", "end_heard"),
        more=message("ping"),
        variables={"n": 0},
    )
    for to in ("ann", "bob", "ann"):
        r.send("ping", {"to": to})
    groups = sorted(t.candidate_group for t in r.waits.user_tasks.values() if t.element_id == "answer")
    assert groups == ["ann", "ann", "bob"]
    assert r.completed().count("heard") == 3
    r.complete("work")
    with pytest.raises(NotWaiting):
        r.send("ping")
    for _ in groups:
        assert r.outcome is Outcome.WAITING
        r.complete("answer")
    assert r.outcome is Outcome.COMPLETED, r.error


def test_what_an_instance_sends_to_its_own_key_is_kept_until_it_waits_for_it() -> None:
    r = run(
        start(),
        element("sendTask", "tell", payload("{'text': word}"), messageRef="message_ping"),
        element("intermediateThrowEvent", "other", to_key("'K' + word") + sent("ping")),
        user("pause"),
        element("receiveTask", "hear", messageRef="message_ping"),
        element("endEvent", "end", sent("pong")),
        flows("start", "tell", "other", "pause", "hear", "end"),
        more=message("ping") + message("pong"),
        variables={"word": "hi"},
    )
    assert r.waiting() == ["pause"]
    assert [(m.element_id, m.message, m.business_key) for m in r.sent] == [
        ("tell", "ping", None),
        ("other", "ping", "Khi"),
    ]
    r.complete("pause")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed()[-2:] == ["hear", "end"]
    assert [m.message for m in r.sent] == ["ping", "ping", "pong"]


def test_a_receive_task_takes_its_payload_and_can_be_interrupted() -> None:
    extension = (
        "<bpmn:extensionElements><spiffworkflow:messageVariable>reply</spiffworkflow:messageVariable>"
        "<spiffworkflow:preScript>asked = asked + 1</spiffworkflow:preScript>"
        "<spiffworkflow:postScript>word = reply['text']</spiffworkflow:postScript>"
        "</bpmn:extensionElements>"
    )
    parts = (
        start(),
        element("receiveTask", "hear", extension, messageRef="message_ping"),
        boundary("late", "hear", timer("'PT1H'")),
        script("too_late", "word = 'late'"),
        end(),
        flows("start", "hear", "end"),
        flows("late", "too_late", "end"),
    )
    r = run(*parts, more=message("ping"), variables={"asked": 0}).send("ping", {"text": "yes"})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert (r.variables["asked"], r.variables["word"]) == (1, "yes")
    late = run(*parts, more=message("ping"), variables={"asked": 0}).forward("PT1H")
    assert (late.outcome, late.variables["word"]) == (Outcome.COMPLETED, "late")


def test_a_receive_task_is_repeated() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    r = run(
        start(),
        element("receiveTask", "hear", loop, messageRef="message_ping"),
        end(),
        flows("start", "hear", "end"),
        more=message("ping"),
    )
    assert r.waiting() == ["hear", "hear"]
    assert r.send("ping").outcome is Outcome.COMPLETED, r.error


def test_a_signal_reaches_every_place_of_its_instance() -> None:
    r = run(
        start(),
        element("parallelGateway", "split"),
        user("work"),
        boundary("interrupted", "work", signal_definition("alarm")),
        user("aside"),
        boundary("noted", "aside", signal_definition("alarm"), interrupting=False),
        element("intermediateCatchEvent", "heard", signal_definition("alarm")),
        user("go"),
        element("intermediateThrowEvent", "throw", signal_definition("alarm")),
        *(end(f"end_{n}") for n in range(5)),
        flows("start", "split", "work", "end_0"),
        flows("interrupted", "end_1"),
        flows("split", "aside", "end_2"),
        flows("noted", "end_3"),
        flows("split", "heard", "end_4"),
        flows("split", "go", "throw", "end_4"),
        more=signal("alarm", payload="{'level': level}", variable="alarm"),
        variables={"level": 3},
    )
    r.complete("go")
    assert sorted(r.waiting()) == ["aside", "noted"]
    assert {"interrupted", "noted", "heard"} <= set(r.completed())
    assert [(s.element_id, s.signal, s.payload) for s in r.signals] == [("throw", "alarm", {"level": 3})]
    r.broadcast("alarm", {"level": 4})
    assert r.completed().count("noted") == 2
    r.complete("aside")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["alarm"] == {"level": 4}


def test_a_signal_decides_behind_an_event_based_gateway() -> None:
    r = run(
        start(),
        element("eventBasedGateway", "g"),
        element("intermediateCatchEvent", "alarm", signal_definition("alarm")),
        element("receiveTask", "hear", messageRef="message_ping"),
        end("end_alarm", signal_definition("alarm")),
        end(),
        flows("start", "g", "alarm", "end_alarm"),
        flows("g", "hear", "end"),
        more=signal("alarm") + message("ping"),
    )
    assert sorted(r.waiting()) == ["alarm", "hear"]
    r.broadcast("alarm")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed()[-1] == "end_alarm"
    assert [s.element_id for s in r.signals] == ["end_alarm"]


@pytest.mark.parametrize(("text", "fired"), [("'R3/PT1H'", 3), ("'R/PT1H'", 5)])
def test_a_cycle_fires_again_and_again(text: str, fired: int) -> None:
    r = run(
        start(),
        user("work"),
        boundary("remind", "work", cycle(text), interrupting=False),
        end("end_remind"),
        end(),
        flows("start", "work", "end"),
        flows("remind", "end_remind"),
    )
    r.forward("PT5H30M")
    assert r.completed().count("end_remind") == fired
    assert ("remind" in r.waiting()) == (text == "'R/PT1H'")
    assert r.complete("work").outcome is Outcome.COMPLETED, r.error


def test_what_comes_due_together_fires_once() -> None:
    r = run(
        start(),
        user("work"),
        boundary("remind", "work", cycle("'R/PT1H'"), interrupting=False),
        end("end_remind"),
        end(),
        flows("start", "work", "end"),
        flows("remind", "end_remind"),
    )
    began = r.clock.now()
    [key] = r.waits.timers
    r.clock.advance(r.waits.timers[key].due_at - began)
    r.clock.advance(10 * (r.clock.now() - began))
    r.forward("PT0S")
    assert r.completed().count("end_remind") == 1
    assert r.waits.timers[key].due_at - began == 12 * (r.clock.now() - began) / 11


def test_a_subprocess_that_is_repeated_is_interrupted_whole() -> None:
    inner = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
        + start("sub_start")
        + user("inner")
        + end("sub_end")
        + flows("sub_start", "inner", "sub_end")
    )
    r = run(
        start(),
        element("subProcess", "sub", inner),
        boundary("late", "sub", timer("'PT1H'")),
        user("after"),
        end(),
        flows("start", "sub", "end"),
        flows("late", "after", "end"),
    )
    r.complete("inner").forward("PT1H")
    assert r.waiting() == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error


def test_a_terminate_event_ends_only_what_it_stands_in() -> None:
    terminate = end("sub_over", "<bpmn:terminateEventDefinition/>")
    inside = (
        start("sub_start"),
        element("parallelGateway", "sub_split"),
        user("inner"),
        user("stop"),
        end("sub_end"),
        terminate,
        flows("sub_start", "sub_split", "inner", "sub_end"),
        flows("sub_split", "stop", "sub_over"),
    )
    outside = (
        start(),
        element("parallelGateway", "split"),
        element("callActivity", "call", calledElement="called"),
        user("aside"),
        end(),
        end("end_aside"),
        flows("start", "split", "call", "end"),
        flows("split", "aside", "end_aside"),
    )
    called = {"p.bpmn": diagram("p", *outside), "called.bpmn": diagram("called", *inside)}
    r = Runner(accepted(called)).start("p")
    r.complete("stop", {"why": "enough"})
    assert r.waiting() == ["aside"]
    assert r.completed()[-2:] == ["call", "end"]
    assert r.complete("aside").outcome is Outcome.COMPLETED, r.error
    assert r.variables["why"] == "enough"
    nested = (
        start(),
        element("subProcess", "call", "".join(inside)),
        user("after"),
        end(),
        flows("start", "call", "after", "end"),
    )
    r = run(*nested).complete("stop", {"why": "enough"})
    assert r.waiting() == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error


def test_an_error_end_reaches_its_own_handler_only() -> None:
    def guarded(name: str) -> tuple[str, ...]:
        inside = (
            start(f"{name}_start")
            + user(f"{name}_work")
            + end(f"{name}_failed", '<bpmn:errorEventDefinition errorRef="err"/>')
            + flows(f"{name}_start", f"{name}_work", f"{name}_failed")
        )
        return (
            element("subProcess", name, inside),
            boundary(f"{name}_caught", name, '<bpmn:errorEventDefinition errorRef="err"/>'),
            end(f"{name}_over"),
            end(f"{name}_end"),
            flows("split", name, f"{name}_end"),
            flows(f"{name}_caught", f"{name}_over"),
        )

    r = run(
        start(),
        element("parallelGateway", "split"),
        flows("start", "split"),
        *guarded("a"),
        *guarded("b"),
        more='<bpmn:error id="err" name="err" errorCode="E1"/>',
    )
    r.complete("a_work")
    assert r.waiting() == ["b_work", "b_caught"] or r.waiting() == ["b_work"]
    assert "a_over" in r.completed()
    assert "b_over" not in r.completed()
    r.complete("b_work")
    assert r.outcome is Outcome.COMPLETED, r.error
