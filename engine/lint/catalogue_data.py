"""What the rules about decision tables and forms say; the rest is in ``catalogue``."""

from __future__ import annotations

from engine.lint.findings import error, warning

DECISIONS = {
    "dmn.one_decision": error("The file has {count} decisions; it needs exactly one.", "Keep one a file."),
    "dmn.one_table": error("The decision “{element}” is not one table.", "Make it one decision table."),
    "dmn.duplicate_id": error("The decision {id} is in {other} too.", "Give one of them another id."),
    "dmn.unsupported": error("{kind} is not evaluated.", "Express it in one decision table."),
    "dmn.hit_policy": error("The hit policy {policy} is not one of {allowed}.", "Choose one of those."),
    "dmn.aggregation": error("The aggregation {aggregation} is not computed.", "Aggregate in a script."),
    "dmn.values_ignored": warning(
        "The list of allowed values is not enforced.", "Remove it, or test in cells."
    ),
    "dmn.no_rules": error("The table “{element}” has no rules.", "Add rules."),
    "dmn.no_outputs": error("The table “{element}” has no outputs.", "Add an output."),
    "dmn.too_many_rules": error("The table has {count} rules; {limit} are allowed.", "Split it."),
    "dmn.output_name": error("The output “{name}” is no variable's name, or is there twice.", "Rename it."),
    "dmn.row_length": error("Rule {row} has more or fewer cells than the table has columns.", "Mend it."),
    "dmn.cell": error(
        "The cell “{cell}” of rule {row} can't be read.", 'Write "x", < 5, in [1, 2], or 1 < ? < 5.'
    ),
    "dmn.cell_meaning": error(
        "The cell “{cell}” of rule {row} would be compared with the input as it stands.",
        'Write in ["a", "b"], not in ["a"], or use ? for the input.',
    ),
    "dmn.output_blank": warning("An output of rule {row} is blank: it will be empty text.", "Fill the cell."),
    "dmn.overlap": error(
        "Rules {other} and {row} can match at once, but the table is UNIQUE.", "Set them apart."
    ),
    "dmn.duplicate_rule": error("Rule {row} repeats rule {other}.", "Remove one."),
    "dmn.never_matches": warning("Rule {row} can never match: {reason}.", "Remove it, or move it up."),
}

DATA = {
    "data.reference": error(
        "“{element}” refers to the data object {reference}, which isn't in its scope.",
        "Choose a data object of the same process or subprocess, or of one around it.",
    ),
    "data.store": error(
        "“{element}” refers to the data store {reference}, which isn't in the file.",
        "Declare a dataStore beside the process, and refer to it by dataStoreRef.",
    ),
    "data.store_differs": error(
        "The data store “{element}” has another name or capacity in another file.",
        "Declare it alike everywhere: it is one store.",
    ),
    "data.capacity": error(
        "What the data store “{element}” says of its capacity contradicts itself.",
        "Give it a capacity of at least 1, or none and isUnlimited.",
    ),
    "data.place": error(
        "{kind} has no effect on the {owner} “{element}”.",
        "Put it on an activity, outputs on events that wait, and inputs on events that throw something.",
    ),
    "data.payloads": error(
        "“{element}” has {count} data {side}s, but not as many events that bring or take something.",
        "Give it one for each message, signal, error and escalation, in their order.",
    ),
    "data.unused_input": error(
        "What the data association brings to “{element}” is thrown by nothing.",
        "Let it end at a data input of the event, or say what is thrown by an expression.",
    ),
    "data.one_message": error(
        "“{element}” has {count} data {side}s, but one message.",
        "Keep one of them, or name the message's payload or variable.",
    ),
    "data.payload_twice": error(
        "“{element}” has data inputs, and an expression that says what is thrown.", "Keep one of the two."
    ),
    "data.sets": error(
        "The {side} set of “{element}” doesn't list each {side} once.", "Give it one set with all of them."
    ),
    "data.value": error(
        "A data association of “{element}” has no value, or several.",
        "Give it one source, one transformation or one assignment.",
    ),
    "data.end": error(
        "The {end} of a data association of “{element}” leads nowhere.",
        "Join a data object or a property of the process with an input or output of the activity or event.",
    ),
    "data.assignment": error(
        "The assignment goes to {to}, but its association to {target}.", "Give both the same target."
    ),
}

FORMS = {
    "form.not_json": error("The form is not JSON: {reason}.", "Save it from a form editor."),
    "form.no_components": error("The form has no list of components.", "Save it from a form editor."),
    "form.too_many_fields": error("The form has more than {limit} fields.", "Split the task."),
    "form.component": error("The server can't check a component of type {kind}.", "Use another component."),
    "form.key": error("A field has no key that could name a variable.", "Give it letters, digits and _."),
    "form.key_twice": error("The key {field} is used twice.", "Give each field its own."),
    "form.label": warning("The field {field} has no label.", "Give it one; people who can't see rely on it."),
    "form.dynamic": error("The server can't check {attribute} of {field}.", "List the values in the form."),
    "form.no_options": error("{field} has no values to choose from.", "Add values."),
    "form.option": error("A value of {field} is empty or no simple value.", "Give each a value."),
    "form.option_twice": error("{field} has the same value twice.", "Give each its own."),
    "form.field": error("The rules of {field} can't be read: {reason}.", "Mend them."),
    "form.bounds": error("The least of {field} is more than its most.", "Swap the bounds."),
    "form.slow_pattern": error(
        "The pattern {pattern} of {field} can take ages.", "Don't repeat repetitions."
    ),
    "form.condition": error(
        "The server can't check when {field} is hidden: {reason}.", 'Write =other = "x".'
    ),
    "form.condition_field": error(
        "{field} depends on {name}, which is no field of the form.", "Mend the name."
    ),
}
