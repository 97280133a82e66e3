"""Refusals about what is deployed: versions, decision tables and their trials, migrations, forms."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "what_if.not_found": _l("There is no such trial; it was deleted, or has gone by itself after 90 days."),
    "what_if.of_another": _l(
        "Only %(name)s, who asked for this trial, can stop or delete it; it goes by itself after 90 days."
    ),
    "what_if.ended": _l("This trial has ended already; there is nothing to stop."),
    "decision.candidate_invalid": _l("The file isn't a decision table that can be tried: %(detail)s"),
    "definition.in_force": _l(
        "New instances start on version %(version)s: let them start on another version first."
    ),
    "definition.in_use": _l(
        "Instances still run on version %(version)s, or are being moved: let them end or move first."
    ),
    "definition.retired": _l("Version %(version)s was removed; deploy its files again to choose it."),
    "migration.not_found": _l("There is no such migration."),
    "migration.ends_alike": _l("Choose two different versions of one process."),
    "migration.plan_invalid": _l("%(count)s lines of the plan can't be carried out; they are named below."),
    "migration.not_ready": _l("The migration has gone on meanwhile; reload its page to see where it stands."),
    "migration.nothing_to_move": _l("No instance can be moved by this plan: change it and check again."),
    "process.no_plain_start": _l(
        "%(process_id)s starts by a message, a signal or the clock, and not by its name: send what it"
        " waits for."
    ),
    "definition.message_starts_other": _l(
        "The message %(message)s starts the process %(process_id)s already. Rename it in one of the two."
    ),
    "definition.suspended": _l(
        "Version %(version)s of process %(process_id)s is suspended; no instance starts on it."
    ),
    "definition.already_released": _l(
        "New instances start on version %(version)s of process %(process_id)s already."
    ),
    "process.unknown": _l(
        "There is no deployed process %(process_id)s: check its id, or deploy its diagram first."
    ),
    "decision.unknown": _l(
        "There is no deployed decision table %(decision_id)s: check its id, or deploy the table first."
    ),
    "form.unreadable": _l("The form can't be read: %(reason)s."),
    "form.invalid": _l("Some fields are not filled in correctly."),
    "deployment.refused": _l("The bundle has errors; nothing was deployed. Mend them and deploy again."),
    "deployment.empty": _l("There is no BPMN file in the bundle; name at least one."),
    "deployment.file_unknown": _l("There is no such file in this deployment."),
    "clock.move_invalid": _l("The demo clock can only be moved forward, by ten years at most."),
    "clock.no_demo_clock": _l("There is no demo clock here: production runs by the real one."),
}
