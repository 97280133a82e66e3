"""One statement saves a step: it is put together of what the step changes.

``:step`` is a JSON object whose lists become rows; the state travels beside it as bytes. How many rows
are written to ``execution`` or ``process_instance`` fences the write: none means that another step has
saved first. The statements are few, since most steps are alike, so the server plans each once.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

_STEP = "step AS (SELECT CAST(:step AS jsonb) AS j)"

# How an instance begins, goes on and ends.
_STARTED = """
started AS (
    INSERT INTO process_instance (id, process_id, definition_id, business_key, status, started_at, started_by,
        ended_at, variables)
    SELECT CAST(:instance_id AS uuid), CAST(:process_id AS text), CAST(:definition_id AS uuid),
        CAST(:business_key AS text), CAST(:status AS text), CAST(:now AS timestamptz),
        CAST(:actor_id AS text),
        CASE WHEN CAST(:status AS text) <> 'running' THEN CAST(:now AS timestamptz) END, j->'variables'
    FROM step
    RETURNING id
)
"""

_CREATED = """
created AS (
    INSERT INTO execution (instance_id, version, state)
    SELECT CAST(:instance_id AS uuid), 1, CAST(:state AS bytea)
    RETURNING instance_id
)
"""

_ADVANCED = """
advanced AS (
    UPDATE execution SET version = version + 1, state = CAST(:state AS bytea)
    WHERE instance_id = CAST(:instance_id AS uuid) AND version = CAST(:version AS bigint)
    RETURNING instance_id
)
"""

_REMOVED = """
removed AS (
    DELETE FROM execution
    WHERE instance_id = CAST(:instance_id AS uuid) AND version = CAST(:version AS bigint)
    RETURNING instance_id
)
"""

_ENDED = """
ended AS (
    UPDATE process_instance SET status = CAST(:status AS text), ended_at = CAST(:now AS timestamptz),
        variables = j->'variables'
    FROM step WHERE id = CAST(:instance_id AS uuid)
    RETURNING id
)
"""

# What else a step changes, by the list that says what.
_ROWS = {
    "closed_tasks": """
closed_tasks AS (
    DELETE FROM user_task USING step, jsonb_array_elements_text(j->'closed_tasks') AS gone
    WHERE instance_id = CAST(:instance_id AS uuid) AND element_instance = gone::bigint
)
""",
    "opened_tasks": """
opened_tasks AS (
    INSERT INTO user_task (id, instance_id, element_instance, process_id, element_id, name, candidate_group,
        business_key, form_key, created_at, due_at, due_element_id, due_effect, due_basis)
    SELECT t.id, CAST(:instance_id AS uuid), t.element_instance, t.process_id, t.element_id, t.name,
        t.candidate_group, CAST(:business_key AS text), t.form_key, CAST(:now AS timestamptz), t.due_at,
        t.due_element_id, t.due_effect, NULLIF(t.due_basis, 'null'::jsonb)
    FROM step, jsonb_to_recordset(j->'opened_tasks') AS t(
        id uuid, element_instance bigint, process_id text, element_id text, name text, candidate_group text,
        form_key text, due_at timestamptz, due_element_id text, due_effect text, due_basis jsonb)
)
""",
    "ended_choices": """
ended_choices AS (
    DELETE FROM activity_choice USING step, jsonb_array_elements_text(j->'ended_choices') AS gone
    WHERE id = gone::uuid
)
""",
    # Those that stay as well, since their groups follow the variables.
    "offered_choices": """
offered_choices AS (
    INSERT INTO activity_choice AS known (id, instance_id, element_instance, process_id, element_id, name,
        candidate_group, business_key, enabled, begun, offered_at, held)
    SELECT c.id, CAST(:instance_id AS uuid), c.element_instance, c.process_id, c.element_id, c.name,
        c.candidate_group, CAST(:business_key AS text), c.enabled, c.begun, CAST(:now AS timestamptz), c.held
    FROM step, jsonb_to_recordset(j->'offered_choices') AS c(
        id uuid, element_instance bigint, process_id text, element_id text, name text, candidate_group text,
        enabled boolean, begun bigint, held boolean)
    ON CONFLICT (id) DO UPDATE SET process_id = excluded.process_id, name = excluded.name,
        candidate_group = excluded.candidate_group, enabled = excluded.enabled, begun = excluded.begun
    WHERE (known.process_id, known.name, known.candidate_group, known.enabled, known.begun) <>
        (excluded.process_id, excluded.name, excluded.candidate_group, excluded.enabled, excluded.begun)
)
""",
    "ended_timers": """
ended_timers AS (
    DELETE FROM timer USING step, jsonb_array_elements_text(j->'ended_timers') AS gone
    WHERE instance_id = CAST(:instance_id AS uuid) AND element_instance = gone::bigint
)
""",
    "armed_timers": """
armed_timers AS (
    INSERT INTO timer (instance_id, element_instance, kind, element_id, name, due_at)
    SELECT CAST(:instance_id AS uuid), t.element_instance, 'event', t.element_id, t.name, t.due_at
    FROM step, jsonb_to_recordset(j->'armed_timers') AS t(
        element_instance bigint, element_id text, name text, due_at timestamptz)
    ON CONFLICT (instance_id, element_instance) DO UPDATE SET due_at = excluded.due_at
)
""",
    "ended_messages": """
ended_messages AS (
    DELETE FROM message_subscription USING step, jsonb_array_elements_text(j->'ended_messages') AS gone
    WHERE instance_id = CAST(:instance_id AS uuid) AND element_instance = gone::bigint
)
""",
    "awaited_messages": """
awaited_messages AS (
    INSERT INTO message_subscription (instance_id, element_instance, element_id, message, business_key)
    SELECT CAST(:instance_id AS uuid), m.element_instance, m.element_id, m.message,
        CAST(:business_key AS text)
    FROM step, jsonb_to_recordset(j->'awaited_messages') AS m(
        element_instance bigint, element_id text, message text)
),
kept AS (
    SELECT DISTINCT k.message FROM step, jsonb_to_recordset(j->'awaited_messages') AS m(message text)
    JOIN sent_message k ON k.message = m.message AND k.business_key = CAST(:business_key AS text)
        AND k.expired_at IS NULL
),
handed_on AS (
    SELECT procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW('engine', 'engine.deliver_messages', 0, NULL, NULL,
            jsonb_build_object('message', message, 'business_key', CAST(:business_key AS text)),
            NULL)::procrastinate_job_to_defer_v1 FROM kept)) AS ids
    WHERE EXISTS (SELECT 1 FROM kept)
)
""",
    "ended_services": """
ended_services AS (
    DELETE FROM service_job USING step, jsonb_array_elements_text(j->'ended_services') AS gone
    WHERE instance_id = CAST(:instance_id AS uuid) AND element_instance = gone::bigint
)
""",
    "called_services": """
called_services AS (
    INSERT INTO service_job (instance_id, element_instance, element_id, name, operation, arguments,
        created_at)
    SELECT CAST(:instance_id AS uuid), s.element_instance, s.element_id, s.name, s.operation, s.arguments,
        CAST(:now AS timestamptz)
    FROM step, jsonb_to_recordset(j->'called_services') AS s(
        element_instance bigint, element_id text, name text, operation text, arguments jsonb)
),
deferred AS (
    SELECT procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW('engine', 'engine.call_service', 0, NULL, NULL,
            jsonb_build_object('instance_id', CAST(:instance_id AS uuid),
                'element_instance', s.element_instance), NULL)::procrastinate_job_to_defer_v1
        FROM jsonb_to_recordset(j->'called_services') AS s(element_instance bigint))) AS ids
    FROM step
)
""",
    "asked": """
decided AS (
    INSERT INTO decision_record (instance_id, at, business_key, definition_id, process_id, element_id,
        element_instance, decision_id, inputs, outputs, rules, digest)
    SELECT CAST(:instance_id AS uuid), CAST(:now AS timestamptz), CAST(:business_key AS text),
        CAST(:definition_id AS uuid), d.process_id, d.element_id, d.element_instance, d.decision_id,
        NULLIF(d.inputs, 'null'), d.outputs, d.rules, d.digest
    FROM step, jsonb_to_recordset(j->'asked') AS d(
        process_id text, element_id text, element_instance bigint, decision_id text, inputs jsonb,
        outputs jsonb, rules jsonb, digest text)
)
""",
    "history": """
recorded AS (
    INSERT INTO history_event (instance_id, at, kind, process_id, element_id, element_name, element_instance,
        task_id, actor_id, actor_name, data)
    SELECT CAST(:instance_id AS uuid), CAST(:now AS timestamptz), h.kind, h.process_id, h.element_id,
        h.element_name, h.element_instance, h.task_id, CAST(:actor_id AS text),
        CAST(:actor_name AS text), h.data
    FROM step, jsonb_to_recordset(j->'history') AS h(
        kind text, process_id text, element_id text, element_name text, element_instance bigint, task_id uuid,
        data jsonb)
)
""",
}

# Those of them that enqueue jobs.
_JOBS = {"called_services": "deferred", "awaited_messages": "handed_on"}


def save_step(
    session: Session,
    changes: Mapping[str, Any],
    *,
    begins: bool,
    ends: bool,
    parameters: Mapping[str, Any],
) -> bool:
    """Write a step down.

    Args:
        changes: What becomes rows: lists by the names of ``_ROWS``, and ``variables`` of one that ends.
        begins: Whether it is an instance's first.
        ends: Whether the instance has ended with it.
        parameters: ``instance_id``, ``business_key``, ``process_id``, ``definition_id``, ``version``,
            ``status``, ``state``, ``now``, ``actor_id`` and ``actor_name``.

    Returns:
        False if another step has saved first; the transaction is to be taken back then.
    """
    lists = tuple(name for name in _ROWS if changes[name])
    kept = {name: changes[name] for name in (*lists, "variables")}
    step = json.dumps(kept, ensure_ascii=False, default=_plain)
    statement = _statement(begins=begins, ends=ends, lists=lists)
    return bool(session.execute(statement, {"step": step, **parameters}).one()[0])


@functools.cache
def _statement(*, begins: bool, ends: bool, lists: tuple[str, ...]) -> sa.TextClause:
    """The statement for all steps that change the same kinds of rows."""
    if begins:
        parts = [_STARTED] if ends else [_STARTED, _CREATED]
    else:
        parts = [_REMOVED, _ENDED] if ends else [_ADVANCED]
    named = ",".join([_STEP, *parts, *(_ROWS[name] for name in lists)])
    # What only selects isn't executed unless it is asked for.
    asked_for = [parts[0].split()[0], *(_JOBS[name] for name in lists if name in _JOBS)]
    counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in asked_for)  # noqa: S608 - names of ours
    return sa.text(f"WITH {named} SELECT {counts}")


def _plain(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
