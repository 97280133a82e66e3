"""Data that leads nowhere is refused with its activity, its line and the reason."""

from __future__ import annotations

import pytest

from engine.lint import Severity
from tests.diagrams import (
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    sent,
    signal,
    signal_definition,
    start,
    timer,
)
from tests.unit.lint.bundles import check, found

OBJECT = '<bpmn:dataObject id="total"/><bpmn:dataObjectReference id="ref" dataObjectRef="total"/>'
HOLD = '<bpmn:property id="hold" name="__targetRef_placeholder"/>'


def task(inner: str, *beside: str) -> str:
    """A diagram with one task, ``x``, whose parts are on line 7."""
    return diagram(
        "p",
        *(beside or (OBJECT,)),
        start(),
        element("task", "x", f"\n{inner}"),
        end(),
        flows("start", "x", "end"),
    )


def io(inputs: str = "", outputs: str = "", input_set: str = "", output_set: str = "") -> str:
    return (
        f"<bpmn:ioSpecification>{inputs}{outputs}<bpmn:inputSet>{input_set}</bpmn:inputSet>"
        f"<bpmn:outputSet>{output_set}</bpmn:outputSet></bpmn:ioSpecification>"
    )


def incoming(parts: str) -> str:
    return f"<bpmn:dataInputAssociation>{parts}</bpmn:dataInputAssociation>"


def target(reference: str) -> str:
    return f"<bpmn:targetRef>{reference}</bpmn:targetRef>"


SOURCE = "<bpmn:sourceRef>ref</bpmn:sourceRef>"
INPUT = '<bpmn:dataInput id="i" name="number"/>'
LISTED = "<bpmn:dataInputRefs>i</bpmn:dataInputRefs>"


@pytest.mark.parametrize(
    ("rule", "inner"),
    [
        ("data.sets", io(INPUT)),
        ("expr.not_a_name", io('<bpmn:dataInput id="i" name="a b"/>', input_set=LISTED)),
        ("data.value", HOLD + incoming(target("hold"))),
        ("data.value", HOLD + incoming(SOURCE + SOURCE + target("hold"))),
        ("data.end", HOLD + incoming("<bpmn:sourceRef>start</bpmn:sourceRef>" + target("hold"))),
        ("data.end", incoming(SOURCE + target("ref"))),
        ("data.end", HOLD + incoming(target("hold") + "<bpmn:transformation>1</bpmn:transformation>")),
        ("data.end", f"<bpmn:dataOutputAssociation>{target('start')}</bpmn:dataOutputAssociation>"),
        (
            "data.assignment",
            io(INPUT, input_set=LISTED)
            + incoming(
                target("i")
                + "<bpmn:assignment><bpmn:from>1</bpmn:from><bpmn:to>other</bpmn:to></bpmn:assignment>"
            ),
        ),
        (
            "expr.refused",
            io(INPUT, input_set=LISTED)
            + incoming(target("i") + "<bpmn:transformation>a b</bpmn:transformation>"),
        ),
    ],
)
def test_what_an_activity_cannot_take_or_give(rule: str, inner: str) -> None:
    finding = found(task(inner), rule)
    assert (finding.severity, finding.line, finding.element_id) == (Severity.ERROR, 7, "x")


def test_an_object_of_another_scope() -> None:
    sub = element("subProcess", "sub", OBJECT + start("s") + end("e") + flows("s", "e"))
    text = diagram(
        "p",
        start(),
        sub,
        '<bpmn:dataObjectReference id="r" dataObjectRef="total"/>',
        end(),
        flows("start", "sub", "end"),
    )
    assert found(text, "data.reference").element_id == "r"


def test_data_on_an_event_and_on_a_process() -> None:
    event = element(
        "startEvent", "start", f"<bpmn:dataOutputAssociation>{target('ref')}</bpmn:dataOutputAssociation>"
    )
    text = diagram("p", OBJECT, event, end(), flows("start", "end"))
    assert check(text) == []
    for nothing in ("", "<bpmn:compensateEventDefinition/>", "<bpmn:terminateEventDefinition/>"):
        thrown = end("x", incoming(SOURCE + target("hold")) + nothing)
        thrown = thrown.replace("<bpmn:dataInput", HOLD + "<bpmn:dataInput", 1)
        text = diagram("p", OBJECT, start(), thrown, flows("start", "x"))
        assert {"data.place"} <= {finding.rule for finding in check(text)}
    text = diagram("p", io(), start(), end(), flows("start", "end"))
    assert found(text, "data.place").line == 4


def catching(inner: str, *definitions: str) -> str:
    """A diagram with an event ``x`` that waits for these definitions."""
    event = element("intermediateCatchEvent", "x", inner + "".join(definitions))
    more = message("m") + signal("s", payload="1")
    return diagram("p", OBJECT, start(), event, end(), flows("start", "x", "end"), more=more)


def throwing(inner: str, definition: str) -> str:
    return catching(inner, definition).replace("CatchEvent", "ThrowEvent")


def messaging(kind: str, inner: str) -> str:
    """A diagram with a send or receive task ``x``."""
    task = element(f"{kind}Task", "x", inner, messageRef="message_m")
    return diagram("p", start(), task, end(), flows("start", "x", "end"), more=message("m"))


OTHER = '<bpmn:dataInput id="j" name="other"/>'
OTHER_LISTED = "<bpmn:dataInputRefs>j</bpmn:dataInputRefs>"
TWO_OUTPUTS = '<bpmn:dataOutput id="o" name="a"/><bpmn:dataOutput id="q" name="b"/>'
LISTED_OUTPUTS = "".join(f"<bpmn:dataOutputRefs>{name}</bpmn:dataOutputRefs>" for name in "oq")
TO_OBJECT = f"<bpmn:dataOutputAssociation>{target('ref')}</bpmn:dataOutputAssociation>"
OUTPUT = '<bpmn:dataOutput id="o" name="came"/>'


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("data.payloads", catching(OUTPUT, timer("'PT1H'"))),
        ("data.payloads", catching(OUTPUT, message_definition("m"), signal_definition("s"))),
        ("data.value", catching(TO_OBJECT, message_definition("m"), signal_definition("s"))),
        ("data.sets", catching(OUTPUT + "<bpmn:outputSet/>", message_definition("m"))),
        ("data.payload_twice", throwing(INPUT, sent("m", "1"))),
        ("data.payload_twice", throwing(INPUT, signal_definition("s"))),
        ("data.unused_input", throwing(HOLD + incoming(SOURCE + target("hold")), sent("m"))),
        ("data.one_message", messaging("send", io(INPUT + OTHER, input_set=LISTED + OTHER_LISTED))),
        (
            "data.one_message",
            messaging("receive", io(outputs=TWO_OUTPUTS, output_set=LISTED_OUTPUTS)),
        ),
        ("data.payloads", throwing(INPUT + INPUT.replace('"i"', '"j"'), sent("m"))),
    ],
)
def test_what_events_can_not_bring_or_throw(rule: str, text: str) -> None:
    assert found(text, rule).element_id == "x"


@pytest.mark.parametrize(
    "text",
    [
        catching(TO_OBJECT, message_definition("m")),
        catching(
            OUTPUT + "<bpmn:outputSet><bpmn:dataOutputRefs>o</bpmn:dataOutputRefs></bpmn:outputSet>",
            message_definition("m"),
        ),
        throwing(INPUT, sent("m")),
        throwing(HOLD + incoming(SOURCE + target("hold")), sent("m", "total")),
    ],
)
def test_sound_data_on_events_pass(text: str) -> None:
    assert check(text) == []


@pytest.mark.parametrize(
    "inner",
    [
        HOLD
        + incoming(SOURCE + target("hold"))
        + f"<bpmn:dataOutputAssociation>{target('ref')}</bpmn:dataOutputAssociation>",
        io(INPUT, input_set=LISTED)
        + incoming(SOURCE + target("i") + "<bpmn:transformation>total * 2</bpmn:transformation>"),
        '<bpmn:property id="mine"/>',
    ],
)
def test_sound_data_passes(inner: str) -> None:
    assert check(task(inner)) == []


STORE = '<bpmn:dataStore id="shelf" name="shelf"{}/>'
AT_SHELF = '<bpmn:dataStoreReference id="at_shelf" dataStoreRef="shelf"/>'


def storing(attributes: str = "", name: str = "p") -> str:
    """A diagram whose task ``x`` writes a data store."""
    write = f"<bpmn:dataOutputAssociation>{target('at_shelf')}</bpmn:dataOutputAssociation>"
    parts = (AT_SHELF, start(), element("task", "x", write), end(), flows("start", "x", "end"))
    return diagram(name, *parts, more=STORE.format(attributes))


def test_data_stores() -> None:
    assert check(storing()) == []
    assert check(storing(' capacity="3" isUnlimited="false"')) == []
    for contradiction in (' isUnlimited="false"', ' capacity="0"', ' capacity="3" isUnlimited="true"'):
        assert found(storing(contradiction), "data.capacity").element_id == "shelf"
    assert found(storing().replace('Ref="shelf"', 'Ref="attic"'), "data.store").element_id == "at_shelf"
    assert found(storing().replace('id="shelf"', 'id="the shelf"'), "xml.schema").file == "p.bpmn"
    assert found(storing().replace("shelf", "sh-elf"), "expr.not_a_name").element_id == "sh-elf"
    differing = {"p.bpmn": storing(), "q.bpmn": storing(' capacity="3"', name="q")}
    assert found(differing, "data.store_differs").file == "q.bpmn"
