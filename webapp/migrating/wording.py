"""What the codes of a migration are called, and what its remarks say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp.migrating import blueprint

STATUSES = {
    "checking": (_l("Being checked"), "info"),
    "checked": (_l("Check finished"), "info"),
    "moving": (_l("Moving"), "warn"),
    "stopped": (_l("Stopped"), "warn"),
    "done": (_l("Done"), "good"),
    "abandoned": (_l("Abandoned"), "mute"),
}

OUTCOMES = {
    "movable": (_l("Can move"), "info"),
    "blocked": (_l("Can't move"), "bad"),
    "moved": (_l("Moved"), "good"),
    "left": (_l("Left where it is"), "warn"),
}

REMARKS = {
    # What comes and goes
    "moved": _l("The token goes on at %(detail)s."),
    "event_armed": _l("Only the target has this event: it waits from the move on."),
    "event_removed": _l("The target doesn't have this event: it no longer waits."),
    "data_hidden": _l("The target declares no such data object there: its value is kept, but not read."),
    # What stands in the way
    "unmapped": _l("A token is here, and the plan gives it no place: map this element."),
    "kind_differs": _l("%(detail)s is of another kind: map it to an element of the same kind."),
    "kind_unknown": _l("Elements of this kind (%(detail)s) can't be moved yet: let it pass first."),
    "compensation_lost": _l(
        "This has been done and could not be undone in the target: map it to an element with a handler."
    ),
    "merge_starved": _l("A token waits at this merge, which no other token could reach in the target."),
    "unknown_in_target": _l(
        "The target has this element, of a kind that can't be set up by a move: let it pass first."
    ),
    "operation_differs": _l("Its call is under way, and the target calls %(detail)s: wait for the answer."),
    "instances_differ": _l("Its instances run, and the target collects other data: let them end first."),
    "scope_unmapped": _l("What it calls or contains (%(detail)s) has no place in the target: map the call."),
    "merge_differs": _l("A token waits at this merge, whose incoming flows differ in the target."),
    "gateway_differs": _l("The event stands behind another gateway in the target."),
    "nobody_may_do_it": _l("Nobody would be allowed to do this task in the target: check its group."),
    "would_stall": _l("It would wait for nothing in the target."),
    "state_unknown": _l("Its state holds what a move knows nothing of: %(detail)s"),
    "ended": _l("It had ended before its turn came."),
    "version_differs": _l("It had been moved by somebody else before its turn came."),
    "failed": _l("It failed: %(detail)s"),
    # What is wrong with a plan
    "source_missing": _l("There is no such element in the source version."),
    "target_missing": _l("There is no element %(detail)s in the target version."),
    "scope_differs": _l("%(detail)s calls or contains something else than this element."),
    "target_taken": _l("Another element is mapped to %(detail)s already."),
}

KINDS = {
    "user_task": _l("user task"),
    "manual_task": _l("manual task"),
    "service_task": _l("service task"),
    "receive_task": _l("receive task"),
    "call_activity": _l("call activity"),
    "subprocess": _l("subprocess"),
    "event_subprocess": _l("event subprocess"),
    "compensation_subprocess": _l("event subprocess"),
    "transaction": _l("transaction"),
    "ad_hoc_subprocess": _l("ad-hoc subprocess"),
    "catch_event": _l("catch event"),
    "boundary_event": _l("boundary event"),
    "compensation_event": _l("compensation event"),
    "cancel_end_event": _l("cancel end event"),
    "event_gateway": _l("event-based gateway"),
    "parallel_gateway": _l("parallel gateway"),
    "inclusive_gateway": _l("inclusive gateway"),
    "complex_gateway": _l("complex gateway"),
    "loop": _l("loop"),
    "parallel_instances": _l("multi-instance"),
    "sequential_instances": _l("multi-instance"),
    "timer": _l("timer"),
    "cycle": _l("timer cycle"),
    "message": _l("message"),
    "signal": _l("signal"),
    "condition": _l("condition"),
    "error": _l("error"),
    "escalation": _l("escalation"),
    "cancel": _l("cancel"),
    "one_of": _l("one of several"),
    "all_of": _l("all of several"),
}


@blueprint.app_template_filter("migration_word")
def migration_word(code: str) -> LazyString | str:
    """The word for the status of a migration, or for an instance's outcome."""
    known = STATUSES.get(code) or OUTCOMES.get(code)
    return known[0] if known else code


@blueprint.app_template_filter("migration_tone")
def migration_tone(code: str) -> str:
    """How the status of a migration, or an outcome, is coloured."""
    known = STATUSES.get(code) or OUTCOMES.get(code)
    return known[1] if known else "mute"


@blueprint.app_template_filter("remark_text")
def remark_text(remark: Any) -> str:
    """What a remark says; it is a record, or a plain object out of the database."""
    code, detail = (
        (remark["code"], remark["detail"]) if isinstance(remark, Mapping) else (remark.code, remark.detail)
    )
    text = REMARKS.get(code)
    return code if text is None else str(text) % {"detail": detail}


@blueprint.app_template_filter("kind_words")
def kind_words(kind: str | None) -> str:
    """The words for a kind of element, such as ``boundary_event:timer``."""
    return " · ".join(str(KINDS[part]) for part in (kind or "").split(":") if part in KINDS)
