"""The rules about events: what they throw and wait for, and where they may stand."""

from __future__ import annotations

from engine.lint.findings import Rule, error

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
    "timer.cycle_place": error(
        "The timer “{element}” has a cycle, but can fire only once.",
        "Give it a duration or a date, or let it not interrupt.",
    ),
}
