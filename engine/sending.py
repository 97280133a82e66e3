"""What a step sends to other instances, written down with it in one more statement.

A message becomes a row and a job; a signal becomes a row for each instance that waits for it, and
a job for twenty of them. Both exist if and only if the step does, and each receiver is a step of
its own. A step that sends nothing and waits for no signal doesn't come here.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.ids import new_id
from engine.spiff.throwing import ThrownMessage, ThrownSignal
from engine.spiff.waits import Waits

# Each of :step's lists may be empty. A signal reaches who waits for it now, its own instance excepted.
_SAVE = sa.text("""
WITH step AS (SELECT CAST(:step AS jsonb) AS j),
ended AS (
    DELETE FROM event_subscription USING step, jsonb_array_elements_text(j->'ended') AS gone
    WHERE instance_id = CAST(:instance_id AS uuid) AND element_instance = gone::bigint
),
awaited AS (
    INSERT INTO event_subscription (instance_id, element_instance, element_id, kind, name)
    SELECT CAST(:instance_id AS uuid), e.element_instance, e.element_id, e.kind, e.name
    FROM step, jsonb_to_recordset(j->'awaited') AS e(
        element_instance bigint, element_id text, kind text, name text)
),
sent AS (
    INSERT INTO sent_message (id, message, business_key, payload, sent_at, sender_id, element_id, expires_at)
    SELECT m.id, m.message, m.business_key, m.payload, CAST(:now AS timestamptz),
        CAST(:instance_id AS uuid), m.element_id, m.expires_at
    FROM step, jsonb_to_recordset(j->'messages') AS m(
        id uuid, message text, business_key text, payload jsonb, element_id text, expires_at timestamptz)
    RETURNING message, business_key
),
addressed AS (SELECT DISTINCT message, business_key FROM sent),
waiting AS (
    SELECT t.number, t.signal, s.instance_id, jsonb_agg(s.element_instance) AS places
    FROM step, jsonb_to_recordset(j->'signals') AS t(number bigint, signal text)
    JOIN event_subscription s ON s.kind = 'signal' AND s.name = t.signal
    WHERE s.instance_id IS DISTINCT FROM CAST(:instance_id AS uuid)
    GROUP BY t.number, t.signal, s.instance_id
),
starting AS (
    SELECT t.number, t.signal, d.process_id, s.element_id, jsonb_build_array(s.place) AS places
    FROM step, jsonb_to_recordset(j->'signals') AS t(number bigint, signal text)
    JOIN start_trigger s ON s.kind = 'signal' AND s.name = t.signal
    JOIN process_release d ON d.definition_id = s.definition_id
),
addressees AS (
    SELECT number, signal, instance_id, places, NULL AS process_id, NULL AS element_id FROM waiting
    UNION ALL
    SELECT number, signal, gen_random_uuid(), places, process_id, element_id FROM starting
),
reached AS (
    INSERT INTO signal_delivery (instance_id, signal, places, payload, sent_at, process_id, element_id,
        business_key)
    SELECT a.instance_id, a.signal, a.places, t.payload, CAST(:now AS timestamptz), a.process_id,
        a.element_id, CAST(:business_key AS text)
    FROM addressees a, step, jsonb_to_recordset(j->'signals') AS t(number bigint, payload jsonb)
    WHERE t.number = a.number ORDER BY a.number, a.instance_id
    RETURNING instance_id
),
numbered AS (
    SELECT instance_id, (row_number() OVER (ORDER BY instance_id) - 1) / 20 AS part
    FROM (SELECT DISTINCT instance_id FROM reached) AS once
),
parts AS (SELECT part, jsonb_agg(instance_id) AS instances FROM numbered GROUP BY part),
jobs AS (
    SELECT ROW('engine', 'engine.deliver_messages', 0, NULL, NULL,
        jsonb_build_object('message', message, 'business_key', business_key),
        NULL)::procrastinate_job_to_defer_v1 AS job FROM addressed
    UNION ALL
    SELECT ROW('engine', 'engine.deliver_signals', 0, NULL, NULL,
        jsonb_build_object('instances', instances), NULL)::procrastinate_job_to_defer_v1 FROM parts
)
SELECT (SELECT count(*) FROM numbered) AS instances,
    CASE WHEN EXISTS (SELECT 1 FROM jobs)
    THEN procrastinate_defer_jobs_v1(ARRAY(SELECT job FROM jobs)) END AS jobs
""")
_HAND_KEPT = sa.text("""
WITH kept AS (
    SELECT DISTINCT m.message, m.business_key FROM start_trigger s
    JOIN sent_message m ON m.message = s.name
    WHERE s.definition_id = CAST(:definition_id AS uuid) AND s.kind = 'message' AND m.expired_at IS NULL
)
SELECT CASE WHEN EXISTS (SELECT 1 FROM kept) THEN procrastinate_defer_jobs_v1(ARRAY(
    SELECT ROW('engine', 'engine.deliver_messages', 0, NULL, NULL,
        jsonb_build_object('message', message, 'business_key', business_key),
        NULL)::procrastinate_job_to_defer_v1 FROM kept)) END
""")
_HAND_KEPT_SIGNALS = sa.text("""
WITH kept AS (
    SELECT s.instance_id FROM process_definition d JOIN signal_delivery s ON s.process_id = d.process_id
    WHERE d.id = CAST(:definition_id AS uuid)
)
SELECT CASE WHEN EXISTS (SELECT 1 FROM kept) THEN procrastinate_defer_jobs_v1(ARRAY(
    SELECT ROW('engine', 'engine.deliver_signals', 0, NULL, NULL,
        jsonb_build_object('instances', jsonb_build_array(instance_id)),
        NULL)::procrastinate_job_to_defer_v1 FROM kept)) END
""")
_START_LATER = sa.text("""
WITH reached AS (
    INSERT INTO signal_delivery (instance_id, signal, places, payload, sent_at, process_id, element_id,
        business_key)
    VALUES (gen_random_uuid(), :name, jsonb_build_array(CAST(:place AS bigint)), '{}',
        CAST(:now AS timestamptz), :process_id, :element_id, :business_key)
    RETURNING instance_id
)
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('engine', 'engine.deliver_signals', 0, NULL, NULL,
    jsonb_build_object('instances', jsonb_build_array(instance_id)),
    NULL)::procrastinate_job_to_defer_v1]) FROM reached
""")


def save_sent(
    session: Session,
    instance_id: uuid.UUID,
    business_key: str,
    before: Waits,
    after: Waits,
    thrown: Sequence[ThrownMessage | ThrownSignal],
    now: dt.datetime,
) -> None:
    """Write down what a step has sent, and what it waits for that isn't sent to it alone."""
    ended = [key for key in before.events if key not in after.events]
    awaited = [asdict(event) for key, event in after.events.items() if key not in before.events]
    if not (ended or awaited or thrown):
        return
    messages = [
        {
            "id": str(new_id()),
            "message": message.message,
            "business_key": business_key if message.business_key is None else message.business_key,
            "payload": message.payload,
            "element_id": message.element_id,
            "expires_at": None if message.expires_at is None else message.expires_at.isoformat(),
        }
        for message in thrown
        if isinstance(message, ThrownMessage)
    ]
    signals = [(s.signal, s.payload) for s in thrown if isinstance(s, ThrownSignal)]
    _save(
        session,
        instance_id,
        business_key,
        now,
        ended=ended,
        awaited=awaited,
        messages=messages,
        signals=signals,
    )


def broadcast(session: Session, signal: str, payload: Any, business_key: str, now: dt.datetime) -> int:
    """Send a signal to everyone who waits for it; returns how many instances it reaches or starts.

    Args:
        business_key: Of the instances that it starts.
    """
    return _save(session, None, business_key, now, signals=[(signal, payload)])


def keep_message(
    session: Session, message: str, business_key: str, payload: Any, now: dt.datetime, expires_at: dt.datetime
) -> None:
    """Keep a message that comes from outside until its end of life, for who begins to wait for it."""
    kept = {
        "id": str(new_id()),
        "message": message,
        "business_key": business_key,
        "payload": payload,
        "element_id": "",
        "expires_at": expires_at.isoformat(),
    }
    _save(session, None, business_key, now, messages=[kept])


def start_later(
    session: Session,
    process_id: str,
    element_id: str,
    place: int,
    name: str,
    business_key: str,
    now: dt.datetime,
) -> None:
    """Let a job start an instance of a process's released version at one of its events.

    It is on its way as a signal is: it exists if and only if the step does, and waits while the version is
    suspended.

    Args:
        name: What the event waits for.
    """
    session.execute(
        _START_LATER,
        {
            "name": name,
            "place": place,
            "now": now,
            "process_id": process_id,
            "element_id": element_id,
            "business_key": business_key,
        },
    )


def _save(
    session: Session,
    instance_id: uuid.UUID | None,
    business_key: str,
    now: dt.datetime,
    *,
    ended: Sequence[int] = (),
    awaited: Sequence[dict[str, Any]] = (),
    messages: Sequence[dict[str, Any]] = (),
    signals: Sequence[tuple[str, Any]] = (),
) -> int:
    step = {
        "ended": list(ended),
        "awaited": list(awaited),
        "messages": list(messages),
        "signals": [
            {"number": number, "signal": name, "payload": payload}
            for number, (name, payload) in enumerate(signals)
        ],
    }
    row = session.execute(
        _SAVE,
        {
            "step": json.dumps(step, ensure_ascii=False),
            "instance_id": instance_id,
            "business_key": business_key,
            "now": now,
        },
    ).one()
    reached: int = row.instances
    return reached


def hand_kept_messages(session: Session, definition_id: uuid.UUID) -> None:
    """Let the messages that are kept start instances of a version that begins to wait for them."""
    session.execute(_HAND_KEPT, {"definition_id": definition_id})


def hand_kept_signals(session: Session, definition_id: uuid.UUID) -> None:
    """Let the signals that are kept for a process start instances of the version that it has now."""
    session.execute(_HAND_KEPT_SIGNALS, {"definition_id": definition_id})
