"""What each rule says: its severity, its message and its remedy, by its stable code."""

from __future__ import annotations

from engine.lint.catalogue_data import DATA, DECISIONS, FORMS
from engine.lint.catalogue_events import EVENTS
from engine.lint.findings import Rule, error, warning

_FILES = {
    "file.too_large": error("The file has {bytes} bytes; {limit} are allowed.", "Split the diagram."),
    "file.binary": error("The file isn't text.", "Save it as BPMN, DMN or form from a modeler."),
    "file.unknown_kind": error(
        "The file is neither .bpmn nor .dmn nor .form.", "Remove it from the bundle, or rename it."
    ),
    "xml.not_well_formed": error("The XML is broken: {reason}", "Open it in a modeler and save it again."),
    "xml.doctype": error(
        "Document type declarations and entities are refused.", "Remove the declaration, write the text out."
    ),
    "xml.encoding": error("The file declares an encoding other than UTF-8.", "Save it as UTF-8."),
    "xml.namespace": error(
        "The root element is of the namespace {namespace}, not of {expected}.",
        "Save the file from a modeler for this kind of file.",
    ),
    "xml.too_deep": error("Elements are nested more than {limit} deep.", "Use call activities."),
    "xml.schema": error("The file breaks its schema: {reason}", "Mend the element in a modeler."),
    "bundle.unparsable": error(
        "The engine can't read the bundle: {reason}", "Mend the element that is named."
    ),
}

_ELEMENTS = {
    "bpmn.unsupported_element": error(
        "{kind} “{element}” is not executed: {reason}.",
        "Draw it with elements that docs/bpmn-coverage.md lists.",
    ),
    "bpmn.unsupported_event": error(
        "The event “{element}” ({kind}) is not executed: {reason}.",
        "Draw it with events that docs/bpmn-coverage.md lists.",
    ),
    "bpmn.unsupported_attribute": error(
        "{attribute}=“{value}” on “{element}” is not executed.",
        "Remove the attribute, and draw what it means.",
    ),
    "bpmn.foreign_attribute": error(
        "{attribute} on “{element}” belongs to another engine and would have no effect.",
        "Remove it; use the properties of this engine's dialect.",
    ),
    "bpmn.extension_without_effect": error(
        "The extension {extension} has no effect on {owner} “{element}”.",
        "Remove it, or put it where it counts.",
    ),
    "bpmn.message_variable_place": warning(
        "The payload's variable stands on the message “{element}”.",
        "Put it on each event that takes the message.",
    ),
    "bpmn.script_missing": error("The script task “{element}” has no script, or several.", "Give it one."),
    "bpmn.script_format": error(
        "The script format {format} is not executed.", "Write it in the engine's language."
    ),
    "bpmn.no_activation": error(
        "The complex gateway “{element}” has no activation condition, so it would never fire.",
        "Say when it fires, such as activationCount >= 2.",
    ),
    "bpmn.cancel_outside": error(
        "The cancel event “{element}” belongs to no transaction.",
        "Put it at an end directly in a transaction, or on a transaction.",
    ),
    "bpmn.cancel_uncaught": error(
        "Nothing hears that “{element}” cancels its transaction.", "Put a cancel event on the transaction."
    ),
    "bpmn.cancel_repeated": error(
        "The cancel event “{element}” is on a repeated transaction.",
        "Repeat a subprocess, and put the transaction with its cancel event inside.",
    ),
    "bpmn.cancel_interrupts": error(
        "The cancel event “{element}” has to interrupt.", "Set cancelActivity to true."
    ),
    "bpmn.compensation_handler": error(
        "The compensation event “{element}” doesn't have one handler, or isn't the only one of its activity.",
        "Draw an association from the event to one activity that is for compensation.",
    ),
    "bpmn.compensation_flow": error(
        "A flow leads to or from “{element}”, which belongs to compensation.",
        "Join an activity's compensation event with its handler by an association.",
    ),
    "bpmn.compensation_repeated": error(
        "The compensation event “{element}” is on a repeated activity.",
        "Repeat a subprocess, and put the activity with its compensation event inside.",
    ),
    "bpmn.compensation_twice": error(
        "“{element}” is the second compensation event subprocess of its process.", "Draw one."
    ),
    "bpmn.compensation_unused": error(
        "“{element}” is for compensation, but no compensation event leads to it.",
        "Draw an association from a compensation event to it.",
    ),
    "bpmn.handler_boundary": error(
        "The compensation handler “{element}” has boundary events.",
        "Make it a subprocess, and put them inside.",
    ),
    "bpmn.compensation_target": error(
        "“{element}” compensates {activity}, for which nothing in its process can be undone.",
        "Choose an activity of the same process or subprocess that has a compensation event.",
    ),
    "bpmn.ad_hoc_endless": error(
        "The ad-hoc subprocess “{element}” has no completion condition, so it would never end.",
        "Say when it has been enough.",
    ),
    "bpmn.ad_hoc_empty": error(
        "Nothing can be started in the ad-hoc subprocess “{element}”.",
        "Draw an activity in it that no flow leads to.",
    ),
    "bpmn.ad_hoc_event": error(
        "The event “{element}” is in an ad-hoc subprocess, which has no start and no end events.",
        "Remove it: people start what no flow leads to.",
    ),
    "bpmn.ad_hoc_several": error(
        "Behind “{element}” several activities of a sequential ad-hoc subprocess would run at once.",
        "Let one flow leave it, or let the activities run in parallel.",
    ),
    "bpmn.ad_hoc_unstartable": error(
        "No flow leads to “{element}” in an ad-hoc subprocess, and people start activities only.",
        "Put an activity before it.",
    ),
    "bpmn.behavior_event": error(
        "The behaviour {behavior} of “{element}” throws nothing that an event on it takes.",
        "Let it throw a signal, message, escalation or error, and put an event for that on the activity.",
    ),
    "bpmn.quantity": error(
        "“{element}” can't have {attribute}=“{value}”.", "Write a whole number from 1 to {limit}."
    ),
    "bpmn.quantity_place": error(
        "{attribute} has no effect on “{element}”, to which or from which no tokens flow so.",
        "Set it to 1, and draw what it means.",
    ),
    "bpmn.quantity_unreached": error(
        "“{element}” begins with {quantity} tokens, but never gets more than {number} in one run.",
        "Set startQuantity to what comes, or let the elements before it give more tokens.",
    ),
    "bpmn.loop_endless": error("The loop of “{element}” has no end.", "Give it a condition or a maximum."),
    "bpmn.multi_instance_source": error(
        "The multi-instance “{element}” needs either a cardinality or a collection.", "Give it exactly one."
    ),
    "bpmn.item_name": error(
        "The item of “{element}” is called {name}, but its variable would be {id}.",
        "Give both the same name.",
    ),
}

_STRUCTURE = {
    "bpmn.one_process": error(
        "The file has {count} processes; it needs exactly one.", "Keep one process a file."
    ),
    "bpmn.not_executable": error("The process is not executable.", "Set isExecutable to true."),
    "bpmn.process_id": error(
        "The process id “{id}” is not in snake_case.", "Use small letters, digits and _."
    ),
    "bpmn.file_name": warning(
        "The process {id} is in the file {stem}.", "Name the file after the process id."
    ),
    "bpmn.too_many_flows": error(
        "The diagram has {count} flows; {limit} are allowed.", "Use call activities."
    ),
    "bpmn.one_start": error(
        "“{element}” has {count} start events; it needs exactly one without a trigger.",
        "Draw one start event, and in a process others that start by a message or a signal.",
    ),
    "bpmn.no_end": error("“{element}” has no end event.", "Draw an end event behind each last element."),
    "bpmn.flow_unresolved": error(
        "The flow's {end} {reference} is not an element of the same process.",
        "Connect the flow at both ends.",
    ),
    "bpmn.flow_forbidden": error(
        "A flow enters a start or boundary event, or leaves an end event.", "Remove the flow."
    ),
    "bpmn.flow_twice": error(
        "Two flows lead from {source} to the gateway “{element}”, which would wait for ever.", "Remove one."
    ),
    "bpmn.condition_without_gateway": error(
        "The flow “{element}” has a condition, but leaves neither an activity nor a gateway that chooses.",
        "Put a gateway before it, or remove the condition.",
    ),
    "bpmn.lone_condition": error(
        "The only flow out of its activity has a condition: “{element}”.",
        "Remove the condition, or draw the other way.",
    ),
    "bpmn.unreachable": error("No flow leads to “{element}”.", "Connect it, or remove it."),
    "bpmn.dead_end": error("No flow leads on from “{element}”.", "Draw an end event behind it."),
    "bpmn.no_way_to_end": warning("No way leads from “{element}” to an end.", "Let the loop be left."),
    "bpmn.default_unresolved": error(
        "The default flow {default} doesn't leave “{element}”.", "Choose one of its own flows."
    ),
    "bpmn.default_with_condition": error(
        "The default flow “{element}” has a condition.", "Remove the condition."
    ),
    "bpmn.flow_without_condition": error(
        "The flow “{element}” has no condition and is not the default.",
        "Give it one, or make it the default.",
    ),
    "bpmn.no_default": warning(
        "“{element}” has no default flow: if no condition holds, it is an incident.",
        "Make one flow the default.",
    ),
    "bpmn.join_incomplete": warning(
        "The gateway “{element}” waits for several ways of “{choice}”, of which only one is taken.",
        "Merge them with an exclusive gateway first.",
    ),
    "bpmn.unnamed": warning("The {kind} “{element}” has no name.", "Name it in the readers' words."),
    "bpmn.duplicate_id": error("The id {id} is used in {other} too.", "Give one of them another id."),
    "bpmn.error_uncaught": error(
        "Nobody catches the error {code} that “{element}” throws: it leaves {place}.",
        "Put an error event on the activity around it, or use a plain end event.",
    ),
}

_REFERENCES = {
    "ref.process": error(
        "The process {process} that “{element}” calls is not in the bundle.", "Add its file."
    ),
    "ref.call_cycle": error("“{element}” makes {process} call itself.", "Draw the repetition as a loop."),
    "ref.decision": error("The decision {decision} of “{element}” is not in the bundle.", "Add its table."),
    "ref.operation_missing": error("The service task “{element}” calls nothing.", "Choose an operation."),
    "ref.operation": error("There is no operation {operation}.", "Choose one of those that are registered."),
    "ref.result_variable": error("“{element}” has no result variable.", "Name the variable for its result."),
    "ref.parameter_unknown": error("{operation} has no parameter {parameter}.", "Remove it."),
    "ref.parameter_missing": error("{operation} needs the parameter {parameter}.", "Add it."),
    "ref.parameter_twice": error("The parameter {parameter} is given twice.", "Remove one."),
    "ref.parameter_incomplete": error("The parameter {parameter} lacks its value or type.", "Give both."),
    "ref.property_incomplete": error("A property of “{element}” lacks its name or value.", "Give both."),
    "ref.property_unknown": warning("The property {property} has no effect.", "Remove it."),
    "ref.no_group": error(
        "Nobody may do “{element}”: it has no candidate group.", "Set candidateGroup, or a lane."
    ),
    "ref.lane_unknown": warning(
        "The lane {lane} of “{element}” is nobody's: only the page of the instance will show the task.",
        "Name the lane after one of: {known}; or set candidateGroup.",
    ),
    "ref.no_chooser": warning(
        "Only operators can start “{element}”: neither it nor the ad-hoc subprocess has a candidate group.",
        "Set candidateGroup of one of them, or a lane.",
    ),
    "ref.no_form": warning("“{element}” has no form, so anything may be submitted.", "Give it a form."),
    "ref.form": error("The form {form} of “{element}” is not in the bundle.", "Add it under forms/."),
}

_EXPRESSIONS = {
    "expr.empty": error(
        "The expression or script at “{element}” is empty.", "Write it, or remove its element."
    ),
    "expr.refused": error(
        "“{source}” is outside the language: {reason}", "Write it within docs' safe language."
    ),
    "expr.foreign_constant": error("{constant} is not a constant of this language.", "Write {right}."),
    "expr.not_a_name": error("“{name}” is not the name of a variable.", "Use letters, digits and _."),
}

RULES: dict[str, Rule] = {
    **_FILES,
    **_ELEMENTS,
    **_STRUCTURE,
    **_REFERENCES,
    **_EXPRESSIONS,
    **EVENTS,
    **DATA,
    **DECISIONS,
    **FORMS,
}
