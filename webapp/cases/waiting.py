"""What a case waits for, until when, how that was computed, and what happens if nobody acts.

The names of tasks and timers come from the diagrams, in Chinese, so that an analyst's change
shows at once; readers of English get the wordings below, found by element id.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from engine.tables import UserTask
from processes.cases.views import CaseView
from webapp.cases.deadlines import derivation
from webapp.i18n import in_chinese

TASKS: dict[str, LazyString] = {
    "task_review_request": _l("Review the request"),
    "task_answer_refusal": _l("Answer the refusal"),
    "task_answer_offer": _l("Answer the offer"),
    "task_send_exchange": _l("Send the goods of the exchange"),
    "task_send_back": _l("Send the goods back"),
    "task_reopen_return": _l("Open the return once more"),
    "task_confirm_return": _l("Check the returned goods"),
    "task_choose_way": _l("Choose what becomes of the goods that were not accepted"),
    "task_send_refused": _l("Send back the goods that were not accepted"),
    "task_acknowledge": _l("Confirm that the goods came back"),
    "task_answer_rejection": _l("Answer the rejection of the returned goods"),
    "task_buyer_statement": _l("Say how you see it (buyer)"),
    "task_seller_statement": _l("Say how you see it (seller)"),
    "task_buyer_answers_ruling": _l("Accept the ruling or appeal (buyer)"),
    "task_seller_answers_ruling": _l("Accept the ruling or appeal (seller)"),
    "task_rule_appeal": _l("Rule on the appeal (senior)"),
    "task_rule_appeal_late": _l("Rule on the appeal (senior, overdue)"),
    "task_rule": _l("Rule on the dispute"),
    "task_rule_senior": _l("Rule on the dispute (senior)"),
    "task_rule_parcel": _l("Decide what becomes of the missing parcel"),
    "task_send_anew": _l("Send the goods again"),
    "task_report_interception": _l("Report of each parcel whether it was stopped"),
}

# By the timer that ends the task.
EFFECTS: dict[str, LazyString] = {
    "event_seller_overdue": _l("it counts as agreed, and the money is paid back"),
    "event_escalation_lapsed": _l("the refusal stands and the request is closed"),
    "event_offer_lapsed": _l("the original request goes back to the seller"),
    "event_exchange_overdue": _l("it counts as agreed, and the money is paid back"),
    "event_send_back_overdue": _l("the return lapses; it can be opened once more"),
    "event_reopen_overdue": _l("the request is closed"),
    "event_confirm_overdue": _l("it counts as received, and the money is paid back"),
    "event_answer_overdue": _l("the rejection stands and the request is closed"),
    "event_choose_overdue": _l("they are sent back"),
    "event_acknowledge_overdue": _l("they count as received"),
    "event_buyer_silent": _l("it is decided on what is on file"),
    "event_seller_silent": _l("it is decided on what is on file"),
    "event_buyer_accepts": _l("the ruling takes effect, unless the other side appeals"),
    "event_seller_accepts": _l("the ruling takes effect, unless the other side appeals"),
    "event_appeal_overdue": _l("senior agents are reminded; nothing is decided by itself"),
    "event_ruling_overdue": _l("it goes to a senior agent"),
    "event_interception_overdue": _l("parcels without an answer count as not stopped"),
}


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody has to do something.

    Attributes:
        who: ``buyer``, ``seller`` or ``platform``.
        mine: It is the reader who has to.
        derivation: How the deadline came about; empty without one.
        effect: What happens when the deadline passes.
    """

    who: str
    mine: bool
    name: str
    since: dt.datetime
    due_at: dt.datetime | None
    derivation: str
    effect: str


def party_of(group: str) -> str:
    """Which party a candidate group belongs to."""
    kind = group.partition(":")[0]
    return {"buyer": "buyer", "shop": "seller"}.get(kind, "platform")


def task_name(task: UserTask) -> str:
    """What a task is called, in the reader's language."""
    wording = TASKS.get(task.element_id)
    return task.name if in_chinese() or wording is None else str(wording)


def due_effect(task: UserTask) -> str:
    """What happens when a task's deadline passes, in the reader's language."""
    wording = EFFECTS.get(task.due_element_id or "")
    return str(task.due_effect or "") if in_chinese() or wording is None else str(wording)


def waiting_of(view: CaseView) -> list[Waiting]:
    """Return what a case waits for, the reader's own tasks first."""
    mine = {task.id for task in view.my_tasks}
    return sorted((_waiting(task, task.id in mine) for task in view.tasks), key=lambda one: not one.mine)


def init_app(app: Flask) -> None:
    """Give templates the names of tasks and of what their deadlines do."""
    app.jinja_env.filters.update(
        task_name=task_name,
        due_effect=due_effect,
        derivation=derivation,
        task_wording=lambda element_id: TASKS.get(element_id, element_id),
    )


def _waiting(task: UserTask, mine: bool) -> Waiting:
    return Waiting(
        who=party_of(task.candidate_group),
        mine=mine,
        name=task_name(task),
        since=task.created_at,
        due_at=task.due_at,
        derivation=derivation(task),
        effect=due_effect(task),
    )
