"""Refusals about process instances, and what operators do with them as a whole."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "task.not_found": _l("There is no such task for you."),
    "task.ended": _l("This was decided already: %(name)s ended on %(at)s by %(by)s."),
    "task.of_case": _l("This belongs to case %(case_no)s, and is done there."),
    "instance.not_found": _l("There is no such process instance."),
    "instance.state_not_stored": _l(
        "No state is stored of this instance: it has ended, and its final variables are on its page."
    ),
    "instance.ended": _l("The process instance has ended; nothing more can be done with it."),
    "instance.suspended": _l("The process instance is suspended; it goes on when an operator resumes it."),
    "command.reason_missing": _l(
        "Say why, in %(maximum)s characters at most: the reason is kept in the record."
    ),
    "command.already_suspended": _l("This is suspended already."),
    "command.not_suspended": _l("This isn't suspended."),
    "job.not_found": _l("There is no such call that waits to be made."),
    "instance.changed_meanwhile": _l(
        "The instance has moved on since you looked: %(by)s was faster, on %(at)s. "
        "Look again before you decide."
    ),
    "command.would_stall": _l("The instance would wait for nothing afterwards, though it hasn't ended."),
    "command.would_fail": _l("It would fail at “%(name)s”: %(why)s"),
    "restart.restarted_already": _l(
        "The instance was restarted already, and the new one still runs; look at it, or cancel it first."
    ),
    "restart.still_running": _l(
        "The instance is still running; change its tokens instead, or cancel it first."
    ),
    "send.payload_invalid": _l('What is sent along is a JSON object, such as {"ok": true}.'),
    "send.keep_for_invalid": _l(
        "Say for how long it is kept as a duration of %(maximum)s days at most, such as PT2H or P7D."
    ),
    "send.nobody_waits": _l("No instance waits for %(name)s now; nothing was sent."),
    "kept.not_found": _l("This message isn't kept any more: somebody took it, or it was discarded."),
    "kept.key_invalid": _l("A business key has from 1 to %(maximum)s characters."),
    "ad_hoc.not_found": _l("There is no such open ad-hoc subprocess, or it isn't yours."),
    "ad_hoc.choice_not_found": _l("There is no such activity for you to start."),
    "ad_hoc.begun_meanwhile": _l(
        "“%(name)s” was started meanwhile, by %(by)s on %(at)s; look at how it goes on."
    ),
    "ad_hoc.not_enabled": _l("“%(activity)s” can't be started now; look again at what is offered."),
    "retries.nothing_to_retry": _l("No open incident matches; there is nothing to retry."),
    "retries.not_found": _l("There are no such retries."),
    "retries.ended": _l("These retries have ended already; there is nothing to stop."),
    "incident.not_found": _l("There is no such open incident; it may have been resolved meanwhile."),
    "step.lost_race": _l("Somebody else was faster; look again before you decide."),
    "step.failed": _l("This could not be carried out and nothing has changed; an operator has been told."),
    "instance.unreadable": _l(
        "The saved state can't be read by this release; nothing has changed, and an operator has been told."
    ),
}

ADVICE: dict[str, LazyString] = {
    "ad_hoc.choice_not_found": _l("Open the case to see what can be started now. Nothing has been changed."),
    "instance.unreadable": _l(
        "Come back later: an operator has to put back the release that saved it, or a newer one."
    ),
    "task.ended": _l("Open the case to see how it goes on. Nothing has been changed."),
}
