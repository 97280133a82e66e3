"""Refusals about reaching into an instance: skipping what failed, its variables, its tokens."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "skip.not_skippable": _l(
        "Nothing can be given in place of what failed here; mend the cause and retry. "
        "If it failed before the last update, retry it once: then it says more."
    ),
    "skip.nothing_failed": _l(
        "No element has failed: afterwards the instance would wait for nothing. Nothing has changed by it: "
        "change its tokens or its variables; or cancel it, and restart it from an element."
    ),
    "skip.state_not_read": _l(
        "The instance can't be read, so nothing can be put in. Deploy the release that wrote it, and retry; "
        "or cancel the instance, and restart it from an element."
    ),
    "skip.looked_at_again": _l(
        "What an event waits for is computed again at each step, so that an answer would last no longer than "
        "this one: change the variables that the condition reads, and retry."
    ),
    "skip.event_not_armed": _l(
        "What the event is given can't be computed; change the variables that it reads, and retry, "
        "or change its tokens."
    ),
    "skip.answer_invalid": _l("What is given in place of it doesn't fit."),
    "skip.way_unknown": _l("“%(way)s” is none of the element's ways; they are %(ways)s."),
    "skip.way_ambiguous": _l("Several flows lead to “%(way)s”; say which: %(ways)s."),
    "skip.ways_missing": _l("Choose where it goes on, at least one of: %(ways)s."),
    "skip.one_way_only": _l("It goes one way only; choose one of: %(ways)s."),
    "skip.not_true_or_false": _l("Say whether the condition holds: true or false."),
    "skip.instant_invalid": _l(
        "That is no instant with its zone, such as 2026-03-10T10:00:00+08:00; choose a day and a time."
    ),
    "skip.not_reached": _l(
        "The instance goes another way now and doesn't come to what had failed; retry it instead."
    ),
    "skip.result_invalid": _l(
        'The result of an operation is a JSON object, such as {"ok": true}; it lands in %(variable)s.'
    ),
    "skip.call_gone": _l("Nothing waits for this call any more."),
    "variables.invalid": _l("The variable “%(name)s” can't be that: %(why)s."),
    "variables.too_large": _l("Together the new values have more than %(maximum)s KB."),
    "variables.nothing_to_change": _l("The variables are that already; there is nothing to change."),
    "store.not_found": _l("There is no such data store."),
    "store.changed_meanwhile": _l(
        "The data store was written since you looked; look at its new value before you decide."
    ),
    "store.type_differs": _l(
        "The data store holds a value of the kind %(before)s, and not %(after)s; "
        "tick the box if it is to hold that."
    ),
    "store.overfull": _l("The data store holds a list or an object of %(capacity)s entries at most."),
    "store.unchanged": _l("The data store has that value already; there is nothing to change."),
    "tokens.no_changes": _l("Say what to move, add or cancel: from 1 to %(maximum)s changes."),
    "tokens.gone": _l(
        "There is no token %(element_instance)s in this instance any more; look where it stands now."
    ),
    "tokens.element_unknown": _l("The instance's version has no element %(element_id)s in %(process_id)s."),
    "tokens.enters_boundary_event": _l(
        "“%(name)s” is attached to an activity and reached only from there; "
        "enter the activity or what follows."
    ),
    "tokens.enters_start_event": _l(
        "“%(name)s” starts a process when something happens; enter the element behind it."
    ),
    "tokens.enters_join": _l(
        "“%(name)s” waits for a token on each of its flows; enter an element before it or behind it."
    ),
    "tokens.enters_unconnected": _l("No flow leads to “%(name)s”, so it can't be entered by hand."),
    "tokens.enters_repeated": _l(
        "“%(name)s” is inside an activity that runs several times; enter that activity as a whole."
    ),
    "tokens.scope_ambiguous": _l(
        "%(process_id)s runs in %(count)s places; it isn't clear which is meant. Move a token that is in it."
    ),
    "tokens.cancels_attached": _l(
        "“%(name)s” belongs to the activity that it is attached to; cancel that activity."
    ),
    "tokens.cancels_repeated": _l(
        "“%(name)s” is one of several runs of an activity, all of which must end; cancel the whole activity."
    ),
    "tokens.leaves_nothing": _l("No token would be left. To end the instance, cancel it."),
    "tokens.leaves_join_waiting": _l(
        "“%(name)s” would wait for ever: no token is left that could reach it on each of its flows."
    ),
}
