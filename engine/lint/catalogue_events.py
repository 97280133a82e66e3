"""The rules about events: what they throw and wait for, and where they may stand."""

from __future__ import annotations

from engine.lint.findings import Rule, error, warning

EVENTS: dict[str, Rule] = {
    "bpmn.boundary_unattached": error(
        "The boundary event “{element}” is on no activity.", "Attach it to one."
    ),
    "bpmn.error_interrupts": error(
        "The error event “{element}” has to interrupt.", "Set cancelActivity to true."
    ),
    "bpmn.event_gateway_target": error(
        "The event-based gateway leads to {target}, which is no event and no plain receive task.",
        "Let it lead to events that wait, or to receive tasks without boundary events and repetition.",
    ),
    "bpmn.event_gateway_mixed": error(
        "The event-based gateway “{element}” leads to message events and to receive tasks.",
        "Use one of the two, as BPMN 2.0 asks.",
    ),
    "bpmn.event_gateway_merge": error(
        "Another flow leads to “{element}”, which stands behind an event-based gateway.",
        "Merge behind the event.",
    ),
    "bpmn.event_subprocess_start": error(
        "The event subprocess “{element}” has not exactly one start event.", "Give it one, with a trigger."
    ),
    "bpmn.event_subprocess_flow": error(
        "A flow or a boundary event is on the event subprocess “{element}”, which starts by its event.",
        "Remove it.",
    ),
    "bpmn.event_subprocess_repeated": error(
        "The event subprocess “{element}” is repeated.", "Repeat something in it."
    ),
    "bpmn.event_subprocess_place": error(
        "The event subprocess “{element}” is in an ad-hoc subprocess, where nothing would start it.",
        "Put it beside the ad-hoc subprocess.",
    ),
    "bpmn.escalation_place": error(
        "The escalation event “{element}” is on an activity that throws none.",
        "Put it on a subprocess or a call activity.",
    ),
    "bpmn.escalation_unheard": warning(
        "Nothing in its activity throws the escalation {code} that “{element}” waits for.",
        "Throw it there, or remove the event.",
    ),
    "bpmn.receive_together": warning(
        "“{element}” waits several times side by side, and one message reaches all of them at once.",
        "Let it be sequential, if each is to have a message of its own.",
    ),
    "bpmn.link_unresolved": error(
        "No link event in the same (sub)process catches the link {link} that “{element}” throws.",
        "Draw one of the same name, or a flow.",
    ),
    "bpmn.link_twice": error(
        "The link {link} is caught by “{element}” and by another.", "Give one of them another name."
    ),
    "bpmn.link_flow": error(
        "A flow leaves the throwing or enters the catching link event “{element}”.",
        "Remove the flow: the link is one.",
    ),
    "bpmn.parallel_timer": error(
        "“{element}” waits for several events together, again and again, and for a timer among them.",
        "Let it interrupt, or leave out the timer.",
    ),
    "bpmn.start_together": error(
        "The start event “{element}” waits for several things together, before there is an instance.",
        "Start at one of them, and wait for the others behind it.",
    ),
    "bpmn.start_condition": error(
        "The condition by which “{element}” starts the process reads {names}, which is no data store.",
        "Read data stores that the file declares, and nothing else: there are no variables yet.",
    ),
    "bpmn.instantiate_place": error(
        "“{element}” would start a process, but stands in a subprocess.",
        "Set instantiate to false, or draw it in the process itself.",
    ),
    "bpmn.instantiate_flow": error(
        "A flow leads to “{element}”, which starts its process by itself.",
        "Set instantiate to false, or remove the flow.",
    ),
    "bpmn.instantiate_plain": error(
        "“{element}” has its message when it begins, so that nothing on it could happen.",
        "Remove its boundary events and its repetition.",
    ),
    "bpmn.gateway_parallel": error(
        "The event-based gateway “{element}” would wait for every event, but doesn't start its process.",
        "Draw a parallel gateway before the events.",
    ),
    "bpmn.gateway_parallel_events": error(
        "“{element}” is no message, and only messages find the instance that waits for all of them.",
        "Leave messages only behind the gateway, or make it exclusive.",
    ),
    "timer.start_working_days": error(
        "The start event “{element}” waits for working days, but there is nobody yet whose they are.",
        "Give it a duration, a date or a cycle.",
    ),
    "timer.start_passed": warning(
        "The clock won't start “{element}”: {said} has passed.", "Give it a later instant, or remove it."
    ),
    "timer.start_computed": error(
        "The timer of the start event “{element}” is computed, but there are no variables yet.",
        "Write the instant or the rhythm itself, in quotes.",
    ),
    "bpmn.start_message_twice": error(
        "The message {message} starts “{element}” and another process, but a message has one receiver.",
        "Give one of them another name.",
    ),
    "ref.not_callable": error(
        "The process {process} that “{element}” calls has no start event without a trigger.",
        "Give it one.",
    ),
    "ref.escalation": error(
        "The event refers to the escalation {reference}, which isn't there.", "Choose an escalation."
    ),
    "ref.escalation_code": error(
        "The escalation “{element}” has no code.", "Give it one; escalations are matched by code."
    ),
    "ref.message": error(
        "“{element}” refers to the message {reference}, which isn't there.", "Choose a message."
    ),
    "ref.message_unnamed": error("The message has no name.", "Name it; messages are matched by name."),
    "ref.signal": error("The event refers to the signal {reference}, which isn't there.", "Choose a signal."),
    "ref.signal_unnamed": error("The signal has no name.", "Name it; signals are matched by name."),
    "ref.error": error("The event refers to the error {reference}, which isn't there.", "Choose an error."),
    "ref.error_code": error("The error “{element}” has no code.", "Give it one; errors are matched by code."),
    "timer.empty": error(
        "The timer “{element}” has not exactly one date, duration or cycle.", "Give it one."
    ),
    "timer.unquoted": error("{source} is an expression, and lacks its quotes.", 'Write "{source}".'),
    "timer.invalid": error(
        "The timer “{element}” can't be read: {reason}",
        'Write "PT48H", a cycle such as "R3/PT1H", or an instant with its zone, in quotes.',
    ),
    "life.unquoted": error(
        "“{element}” says for how long its message lives by {source}, an expression that lacks its quotes.",
        'Write "{source}".',
    ),
    "life.invalid": error(
        "How long the message of “{element}” lives can't be read: {reason}",
        'Write a duration of 366 days at most in quotes, such as "PT2H" or "P7D".',
    ),
    "timer.cycle_place": error(
        "The timer “{element}” has a cycle, but can fire only once.",
        "Give it a duration or a date, or let it not interrupt.",
    ),
}
