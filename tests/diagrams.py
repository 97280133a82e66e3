"""Small diagrams for tests, written as a few lines of Python instead of XML."""

from __future__ import annotations

import itertools
from xml.sax.saxutils import escape, quoteattr

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' id="definitions" targetNamespace="https://tuidan.example/test">\n'
)


def diagram(process_id: str, *elements: str, more: str = "") -> str:
    """A BPMN file with one executable process; ``more`` goes beside it, such as messages."""
    body = "\n".join(elements)
    return (
        f'{_HEAD}<bpmn:process id="{process_id}" name="{process_id}" isExecutable="true">\n{body}\n'
        f"</bpmn:process>\n{more}</bpmn:definitions>\n"
    )


def flow(source: str, target: str, condition: str | None = None) -> str:
    """A sequence flow ``source-target``."""
    inner = (
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
        f"{escape(condition)}</bpmn:conditionExpression>"
        if condition
        else ""
    )
    return (
        f'<bpmn:sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}'
        "</bpmn:sequenceFlow>"
    )


def flows(*path: str) -> str:
    """Sequence flows along a path of element ids."""
    return "\n".join(flow(a, b) for a, b in itertools.pairwise(path))


def element(kind: str, element_id: str, inner: str = "", **attributes: str) -> str:
    """Any element: ``element("scriptTask", "s", "<bpmn:script>…</bpmn:script>")``."""
    more = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<bpmn:{kind} id="{element_id}" name="{element_id}"{more}>{inner}</bpmn:{kind}>'


def start(element_id: str = "start") -> str:
    """A none start event."""
    return element("startEvent", element_id)


def end(element_id: str = "end", inner: str = "") -> str:
    """An end event."""
    return element("endEvent", element_id, inner)


def script(element_id: str, text: str, inner: str = "") -> str:
    """A script task."""
    return element("scriptTask", element_id, f"{inner}<bpmn:script>{escape(text)}</bpmn:script>")


def user(element_id: str, group: str = "'people'", inner: str = "") -> str:
    """A user task for a candidate group, given as an expression."""
    properties = (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        f'<spiffworkflow:property name="candidateGroup" value={quoteattr(group)}/>'
        "</spiffworkflow:properties></bpmn:extensionElements>"
    )
    return element("userTask", element_id, properties + inner)


def service(element_id: str, operation: str, result: str = "result", **arguments: str) -> str:
    """A service task; arguments are expressions."""
    parameters = "".join(
        f'<spiffworkflow:parameter id="{name}" type="str" value={quoteattr(value)}/>'
        for name, value in arguments.items()
    )
    inner = (
        "<bpmn:extensionElements>"
        f'<spiffworkflow:serviceTaskOperator id="{operation}" resultVariable="{result}">'
        f"<spiffworkflow:parameters>{parameters}</spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements>"
    )
    return element("serviceTask", element_id, inner)


def timer(duration: str) -> str:
    """A timer definition after a duration, given as an expression."""
    return (
        "<bpmn:timerEventDefinition><bpmn:timeDuration>"
        f"{escape(duration)}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    )


def boundary(element_id: str, attached_to: str, definition: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    return element(
        "boundaryEvent",
        element_id,
        definition,
        attachedToRef=attached_to,
        cancelActivity="true" if interrupting else "false",
    )


def message_definition(message: str, variable: str | None = None) -> str:
    """An event definition for the message declared by :func:`message`; its payload lands in ``variable``."""
    inner = (
        "<bpmn:extensionElements>"
        f"<spiffworkflow:messageVariable>{variable}</spiffworkflow:messageVariable></bpmn:extensionElements>"
        if variable
        else ""
    )
    return (
        f'<bpmn:messageEventDefinition messageRef="message_{message}">{inner}</bpmn:messageEventDefinition>'
    )


def message(name: str) -> str:
    """The declaration of a message, to be given as ``more``."""
    return f'<bpmn:message id="message_{name}" name="{name}"/>'


def signal_definition(signal: str) -> str:
    """An event definition for the signal declared by :func:`signal`."""
    return f'<bpmn:signalEventDefinition signalRef="signal_{signal}"/>'


def signal(name: str, *, payload: str | None = None, variable: str | None = None) -> str:
    """The declaration of a signal: what is thrown with it, and where it lands when it is caught."""
    inner = "".join(
        f"<spiffworkflow:{kind}>{escape(text)}</spiffworkflow:{kind}>"
        for kind, text in (("payloadExpression", payload), ("variableName", variable))
        if text
    )
    extension = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
    return f'<bpmn:signal id="signal_{name}" name="{name}">{extension}</bpmn:signal>'


def date(text: str) -> str:
    """A timer definition at an instant, given as an expression."""
    return (
        "<bpmn:timerEventDefinition><bpmn:timeDate>"
        f"{escape(text)}</bpmn:timeDate></bpmn:timerEventDefinition>"
    )


def cycle(text: str) -> str:
    """A timer definition that fires again and again, given as an expression."""
    return (
        "<bpmn:timerEventDefinition><bpmn:timeCycle>"
        f"{escape(text)}</bpmn:timeCycle></bpmn:timerEventDefinition>"
    )


def payload(expression: str) -> str:
    """The extension that says what is sent with a message."""
    return (
        "<bpmn:extensionElements>"
        f"<spiffworkflow:messagePayload>{escape(expression)}</spiffworkflow:messagePayload>"
        "</bpmn:extensionElements>"
    )


def sent(message: str, expression: str | None = None) -> str:
    """An event definition that sends a message declared by :func:`message`, with a payload."""
    inner = payload(expression) if expression else ""
    return (
        f'<bpmn:messageEventDefinition messageRef="message_{message}">{inner}</bpmn:messageEventDefinition>'
    )


def to_key(expression: str) -> str:
    """The extension by which a message goes to another business key than the sender's."""
    return (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        f'<spiffworkflow:property name="businessKey" value={quoteattr(expression)}/>'
        "</spiffworkflow:properties></bpmn:extensionElements>"
    )


def condition(expression: str) -> str:
    """An event definition that waits for a condition."""
    return (
        "<bpmn:conditionalEventDefinition>"
        f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{escape(expression)}</bpmn:condition>'
        "</bpmn:conditionalEventDefinition>"
    )


def coded(kind: str, code: str | None = None) -> str:
    """An event definition for an error or escalation (:func:`declared`); without a code, for any."""
    reference = f' {kind}Ref="{kind}_{code}"' if code else ""
    return f"<bpmn:{kind}EventDefinition{reference}/>"


def declared(kind: str, code: str, *, variable: str | None = None) -> str:
    """The declaration of an error or escalation; what is caught lands in ``variable``."""
    extension = (
        f"<bpmn:extensionElements><spiffworkflow:variableName>{variable}</spiffworkflow:variableName>"
        "</bpmn:extensionElements>"
        if variable
        else ""
    )
    return f'<bpmn:{kind} id="{kind}_{code}" name="{code}" {kind}Code="{code}">{extension}</bpmn:{kind}>'


def link(name: str) -> str:
    """An event definition of a link."""
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def listening(name: str, definition: str, *inner: str, interrupting: bool = True, path: str = "work") -> str:
    """An event subprocess: its start, then ``path``, which ``inner`` draws, then its end."""
    begin = element(
        "startEvent", f"{name}_start", definition, isInterrupting="true" if interrupting else "false"
    )
    body = "".join((begin, *inner, end(f"{name}_end"), flows(f"{name}_start", path, f"{name}_end")))
    return element("subProcess", name, body, triggeredByEvent="true")
