"""What a step changes: the rows that come and go between two wait states."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from engine.ids import choice_id, user_task_id
from engine.spiff.waits import Waits


class UserTaskUnassigned(ValueError):
    """A user task is for nobody: it has no candidate group, or nobody is found who is meant by it."""


def changed_rows(
    instance_id: uuid.UUID, before: Waits, after: Waits, *, suspended: bool = False
) -> dict[str, Any]:
    """The rows that come and go between two wait states.

    Args:
        suspended: Whether what is offered now can't be started yet.

    Raises:
        UserTaskUnassigned: A new user task is for nobody, so that nobody would see it.
    """
    opened = []
    for key, task in after.user_tasks.items():
        if key in before.user_tasks:
            continue
        if not task.candidate_group:
            raise UserTaskUnassigned(
                f"user task {task.element_id} is for nobody: it has no candidate group or lane, or the"
                " variables and the business key don't say who is meant by it"
            )
        deadline = task.deadline
        opened.append(
            {
                "id": user_task_id(instance_id, key),
                "element_instance": key,
                "process_id": task.process_id,
                "element_id": task.element_id,
                "name": task.name,
                "candidate_group": task.candidate_group,
                "form_key": task.form_key,
                "due_at": deadline.due_at if deadline else None,
                "due_element_id": deadline.element_id if deadline else None,
                "due_effect": deadline.name if deadline else None,
                "due_basis": deadline.basis if deadline else None,
            }
        )
    offered = {row["id"]: row | {"held": suspended} for row in _offered(instance_id, after)}
    return {
        "offered_choices": list(offered.values()),
        "ended_choices": [row["id"] for row in _offered(instance_id, before) if row["id"] not in offered],
        "opened_tasks": opened,
        "closed_tasks": [key for key in before.user_tasks if key not in after.user_tasks],
        "armed_timers": [asdict(t) for key, t in after.timers.items() if before.timers.get(key) != t],
        # A call that has failed before waits for its retry by a timer under its own number.
        "ended_timers": [
            key
            for key in (*before.timers, *before.services)
            if key not in after.timers and key not in after.services
        ],
        "awaited_messages": [asdict(m) for key, m in after.messages.items() if key not in before.messages],
        "ended_messages": [key for key in before.messages if key not in after.messages],
        "called_services": [asdict(s) for key, s in after.services.items() if key not in before.services],
        "ended_services": [key for key in before.services if key not in after.services],
    }


def _offered(instance_id: uuid.UUID, waits: Waits) -> Iterator[dict[str, Any]]:
    """What people may start, now or later; operators find the rest on the page of its instance."""
    for key, place in waits.ad_hoc.items():
        for activity in place.activities:
            if activity.candidate_group:
                yield {
                    "id": choice_id(instance_id, key, activity.element_id),
                    "element_instance": key,
                    "process_id": place.process_id,
                    "enabled": place.enabled,
                    **asdict(activity),
                }
