"""The rows of what a moved instance waits for: the same, with the names of the target's elements."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.commands.suspend import hold, release_work
from engine.spiff.waits import Waits
from engine.stepping import Step
from engine.tables import ProcessDefinition

# What waits goes on under the same ids; here it gets the names of its new elements.
_RENAME = sa.text("""
    WITH step AS (SELECT CAST(:rows AS jsonb) AS j),
    moved AS (
        UPDATE process_instance SET definition_id = CAST(:definition_id AS uuid)
        WHERE id = CAST(:instance_id AS uuid)
    ),
    tasks AS (
        UPDATE user_task u SET process_id = t.process_id, element_id = t.element_id, name = t.name,
            candidate_group = t.candidate_group, form_key = t.form_key, due_at = t.due_at,
            due_element_id = t.due_element_id, due_effect = t.due_effect, due_basis = t.due_basis
        FROM step, jsonb_to_recordset(j->'tasks') AS t(
            element_instance bigint, process_id text, element_id text, name text, candidate_group text,
            form_key text, due_at timestamptz, due_element_id text, due_effect text,
            due_basis jsonb)
        WHERE u.instance_id = CAST(:instance_id AS uuid) AND u.element_instance = t.element_instance
    ),
    timers AS (
        UPDATE timer SET element_id = t.element_id, name = t.name
        FROM step, jsonb_to_recordset(j->'timers' || (j->'services')) AS t(
            element_instance bigint, element_id text, name text)
        WHERE timer.instance_id = CAST(:instance_id AS uuid)
          AND timer.element_instance = t.element_instance
    ),
    services AS (
        UPDATE service_job s SET element_id = t.element_id, name = t.name
        FROM step, jsonb_to_recordset(j->'services') AS t(
            element_instance bigint, element_id text, name text)
        WHERE s.instance_id = CAST(:instance_id AS uuid) AND s.element_instance = t.element_instance
    )
    UPDATE execution SET version_suspended = :version_suspended
    WHERE instance_id = CAST(:instance_id AS uuid)
    RETURNING suspended OR version_suspended AS suspended
""")

_FORGET = sa.text("""
    WITH events AS (
        DELETE FROM event_subscription WHERE instance_id = CAST(:instance_id AS uuid)
          AND element_instance = ANY(CAST(:events AS bigint[]))
    )
    DELETE FROM message_subscription WHERE instance_id = CAST(:instance_id AS uuid)
      AND element_instance = ANY(CAST(:messages AS bigint[]))
""")


def forget_changed(session: Session, step: Step, after: Waits) -> None:
    """End the waits for messages and signals that have other names now, so that the step begins them anew.

    So what was sent under the new name, and lies there since nobody waited for it, is handed on.
    """
    before = step.before
    messages = [k for k, m in before.messages.items() if k in after.messages and after.messages[k] != m]
    events = [k for k, e in before.events.items() if k in after.events and after.events[k] != e]
    places = {"instance_id": step.instance_id, "messages": messages, "events": events}
    if messages or events:
        session.execute(_FORGET, places)
    for key in messages:
        del before.messages[key]
    for key in events:
        del before.events[key]


def rename(session: Session, step: Step, waits: Waits, to: ProcessDefinition) -> None:
    """Give what waits the names of its new elements, and the instance its new version."""
    tasks = []
    for task in waits.user_tasks.values():
        due = task.deadline
        tasks.append(
            asdict(task)
            | {
                "due_at": due.due_at.isoformat() if due else None,
                "due_element_id": due.element_id if due else None,
                "due_effect": due.name if due else None,
                "due_basis": due.basis if due else None,
            }
        )
    rows: dict[str, list[dict[str, Any]]] = {
        "tasks": tasks,
        "timers": [asdict(timer) for timer in waits.timers.values()],
        "services": [asdict(service) for service in waits.services.values()],
    }
    suspended = session.execute(
        _RENAME,
        {
            "rows": json.dumps(rows, ensure_ascii=False, default=str),
            "instance_id": step.instance_id,
            "definition_id": to.id,
            "version_suspended": to.suspended,
        },
    ).scalar_one()
    if suspended:
        hold(session, [step.instance_id], held=True)
    elif step.suspended:
        release_work(session, [step.instance_id])
