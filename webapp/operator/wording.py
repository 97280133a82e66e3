"""What codes of the engine are called on the operator's pages."""

from __future__ import annotations

import json

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp.errors.messages import message_of
from webapp.operator import blueprint

INSTANCE_STATUSES = {
    "running": (_l("Running"), "info"),
    "completed": (_l("Ended"), "good"),
    "cancelled": (_l("Cancelled by an operator"), "mute"),
}

INCIDENT_KINDS = {
    "step": _l("A step failed"),
    "service": _l("An external call failed"),
    "stalled": _l("Nothing to wait for"),
    "unreadable": _l("The state can't be read"),
}

WAIT_KINDS = {
    "signal": _l("Signal"),
    "condition": _l("Condition"),
}

START_KINDS = {
    "message": _l("Message"),
    "signal": _l("Signal"),
    "date": _l("Date"),
    "cycle": _l("Rhythm"),
}

EVENT_KINDS = {
    "started": (_l("Started"), "done"),
    "entered": (_l("Reached"), "waiting"),
    "completed": (_l("Completed"), "done"),
    "cancelled": (_l("Ended early"), ""),
    "submitted": (_l("Form sent"), "good"),
    "message": (_l("Message received"), "good"),
    "signal": (_l("Signal received"), "good"),
    "sent": (_l("Message sent"), "done"),
    "broadcast": (_l("Signal broadcast"), "done"),
    "stored": (_l("Data store written"), "done"),
    "message_expired": (_l("Nobody took the message it sent"), "bad"),
    "discard_message_asked": (_l("Its message was discarded by an operator"), "bad"),
    "resend_message_asked": (_l("Its message was sent again by an operator"), "good"),
    "sent_by_hand": (_l("Sent to it by an operator"), "good"),
    "started_by_hand": (_l("Started by an operator"), "good"),
    "timer": (_l("Timer fired"), "done"),
    "result": (_l("Call answered"), "good"),
    "error": (_l("Error caught"), "bad"),
    "cancel_requested": (_l("Cancelled by an operator"), "bad"),
    "incident_retried": (_l("Retried by an operator"), "good"),
    "suspended": (_l("Suspended by an operator"), "bad"),
    "resumed": (_l("Resumed by an operator"), "good"),
    "version_suspended": (_l("Its version was suspended"), "bad"),
    "version_resumed": (_l("Its version was resumed"), "good"),
    "migrated": (_l("Moved to another version"), "good"),
    "job_suspended": (_l("Call suspended by an operator"), "bad"),
    "job_resumed": (_l("Call resumed by an operator"), "good"),
    "restarted": (_l("Started again by an operator, as a new instance"), "good"),
    "restarted_from": (_l("Started here by an operator, in place of an ended instance"), "good"),
    "step_skipped": (_l("Skipped by an operator, with a given result"), "bad"),
    "variables_edited": (_l("Variables changed by an operator"), "bad"),
    "activity_started": (_l("Started by hand"), "good"),
    "activity_commanded": (_l("Started by an operator"), "good"),
    "tokens_changed": (_l("Tokens changed by an operator"), "bad"),
}

# What was commanded, as the record of commands names it.
COMMANDS = {
    "suspended": _l("Suspend an instance"),
    "resumed": _l("Resume an instance"),
    "job_suspended": _l("Suspend a call"),
    "job_resumed": _l("Resume a call"),
    "cancel_requested": _l("Cancel an instance"),
    "incident_retried": _l("Retry an incident"),
    "step_skipped": _l("Skip what failed"),
    "variables_edited": _l("Edit variables"),
    "tokens_changed": _l("Change tokens"),
    "restarted": _l("Restart an instance"),
    "activity_commanded": _l("Start an activity"),
    "start_instance": _l("Start an instance"),
    "suspend_version": _l("Suspend a version"),
    "resume_version": _l("Resume a version"),
    "release_version": _l("Release a version"),
    "remove_version": _l("Remove a version"),
    "plan_migration": _l("Plan a migration"),
    "run_migration": _l("Move instances"),
    "stop_migration": _l("Stop a migration"),
    "retry_many": _l("Retry many incidents"),
    "stop_retries": _l("Stop retries"),
    "send_message": _l("Send a message by hand"),
    "broadcast_signal": _l("Send a signal by hand"),
    "discard_message": _l("Discard a kept message"),
    "resend_message": _l("Send a kept message again"),
    "edit_store": _l("Mend a data store"),
    "deploy": _l("Deploy a bundle"),
    "move_clock": _l("Move the demo clock"),
    "create_account": _l("Create an account"),
    "set_password": _l("Set a password"),
    "issue_token": _l("Issue a person's token"),
    "withdraw_token": _l("Withdraw a person's token"),
    "create_shop": _l("Create a shop"),
    "issue_shop_token": _l("Issue a shop's token"),
    "set_tender_order": _l("Set in which order refunds use up tenders"),
    "close_shop": _l("Close a shop's account"),
    "reopen_shop": _l("Open a shop's account again"),
    "add_carrier": _l("Let a carrier report"),
    "close_carrier": _l("Let a carrier report no more"),
    "import_orders": _l("Import orders"),
    "import_tracking": _l("Import tracking events"),
    "post_books": _l("Post missing entries of the books"),
    "rebuild_closings": _l("Close all days of the books anew"),
    "rebuild_record": _l("Count the shops' record anew"),
}

RETRIES_STATUSES = {
    "running": (_l("Running"), "info"),
    "waiting": (_l("Waiting for the next round"), "warn"),
    "stopped": (_l("Stopped"), "mute"),
    "done": (_l("Done"), "good"),
}

# What an instance waits for, by the field of the engine's ``Waits``.
WAITING_KINDS = {
    "user_tasks": _l("Person"),
    "timers": _l("Timer"),
    "messages": _l("Message"),
    "services": _l("Call"),
    "events": _l("Event"),
    "ad_hoc": _l("Choice"),
}

# What follows if a condition holds, and if it doesn't, by what it decides.
DECISIONS = {
    "fire": (_l("It fires now"), _l("It waits for another token")),
    "again": (_l("Another round"), _l("The loop is over")),
    "enough": (_l("That is enough: it goes on behind it"), _l("Not enough yet: the others are still done")),
    "throw": (_l("It is thrown to the event on the activity"), _l("It isn't thrown")),
}

FAULTS = {
    "fail": (_l("It says no"), _l("The account is closed: the refund ends as an incident.")),
    "timeout": (_l("It doesn't answer, and did nothing"), _l("The product asks again until it knows.")),
    "timeout_after_success": (
        _l("It doesn't answer, though it has paid"),
        _l("The product must find out, and must not pay twice."),
    ),
    "late": (_l("It answers late"), _l("Pending at first, paid after a while.")),
}


blueprint.add_app_template_filter(message_of, "error_words")


@blueprint.app_template_filter("command_word")
def command_word(code: str) -> LazyString | str:
    """The words for a command in the record, or for what it was in the history of its instances."""
    return COMMANDS[code] if code in COMMANDS else event_word(code)


@blueprint.app_template_filter("start_word")
def start_word(code: str) -> LazyString | str:
    """The word for what starts an instance."""
    return START_KINDS.get(code, code)


@blueprint.app_template_filter("status_word")
def status_word(code: str) -> LazyString | str:
    """The word for the status of a process instance."""
    return INSTANCE_STATUSES[code][0] if code in INSTANCE_STATUSES else code


@blueprint.app_template_filter("status_tone")
def status_tone(code: str) -> str:
    """How the status of a process instance is coloured."""
    return INSTANCE_STATUSES[code][1] if code in INSTANCE_STATUSES else "mute"


@blueprint.app_template_filter("incident_word")
def incident_word(code: str) -> LazyString | str:
    """The words for a kind of incident."""
    return INCIDENT_KINDS.get(code, code)


@blueprint.app_template_filter("wait_word")
def wait_word(code: str) -> LazyString | str:
    """The word for what isn't sent to one instance alone."""
    return WAIT_KINDS.get(code, code)


@blueprint.app_template_filter("event_word")
def event_word(code: str) -> LazyString | str:
    """The words for a kind of history event."""
    return EVENT_KINDS[code][0] if code in EVENT_KINDS else code


@blueprint.app_template_filter("event_tone")
def event_tone(code: str) -> str:
    """How a kind of history event looks in a timeline."""
    return EVENT_KINDS[code][1] if code in EVENT_KINDS else ""


@blueprint.app_template_filter("retries_word")
def retries_word(code: str) -> LazyString | str:
    """The word for the status of retries."""
    return RETRIES_STATUSES[code][0] if code in RETRIES_STATUSES else code


@blueprint.app_template_filter("retries_tone")
def retries_tone(code: str) -> str:
    """How the status of retries is coloured."""
    return RETRIES_STATUSES[code][1] if code in RETRIES_STATUSES else "mute"


@blueprint.app_template_filter("waiting_word")
def waiting_word(code: str) -> LazyString | str:
    """The word for a kind of thing that an instance waits for."""
    return WAITING_KINDS.get(code, code)


@blueprint.app_template_filter("decision_word")
def decision_word(decides: str, holds: bool) -> LazyString:
    """The words for what follows if a condition holds that couldn't be computed, or if it doesn't."""
    yes, no = DECISIONS[decides]
    return yes if holds else no


@blueprint.app_template_filter("fault_word")
def fault_word(code: str) -> LazyString | str:
    """The words for a way in which the refund gateway can misbehave."""
    return FAULTS[code][0] if code in FAULTS else code


@blueprint.app_template_filter("fault_hint")
def fault_hint(code: str) -> LazyString | str:
    """What follows when the refund gateway misbehaves in this way."""
    return FAULTS[code][1] if code in FAULTS else ""


@blueprint.app_template_filter("readable")
def readable(value: object) -> str:
    """JSON as people read it: indented, and Chinese as Chinese."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
