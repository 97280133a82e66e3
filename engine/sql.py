"""The runtime's own SQL: one statement saves a step, one promotes due timers.

Each is constant whatever the size of the process, so that the server plans it once.
"""

# Everything that a step changes, in one statement. :step is a JSON object whose lists may be
# empty; the state travels beside it as bytes. The returned row count fences the write: no row
# means that another step has saved first.
SAVE_STEP = """
WITH step AS (SELECT CAST(:step AS jsonb) AS j),
started AS (
    INSERT INTO process_instance (id, process_id, definition_id, business_key, status, started_at, started_by,
        ended_at, variables)
    SELECT CAST(:instance_id AS uuid), s.process_id, s.definition_id, CAST(:business_key AS text),
        CAST(:status AS text), CAST(:now AS timestamptz), CAST(:actor_id AS text),
        CASE WHEN CAST(:status AS text) <> 'running' THEN CAST(:now AS timestamptz) END, j->'variables'
    FROM step, jsonb_to_recordset(j->'started') AS s(process_id text, definition_id uuid)
    RETURNING id
),
created AS (
    INSERT INTO execution (instance_id, version, state)
    SELECT CAST(:instance_id AS uuid), 1, CAST(:state AS bytea)
    WHERE CAST(:version AS bigint) = 0 AND CAST(:status AS text) = 'running'
    RETURNING instance_id
),
advanced AS (
    UPDATE execution SET version = version + 1, state = CAST(:state AS bytea)
    WHERE instance_id = CAST(:instance_id AS uuid) AND version = CAST(:version AS bigint)
      AND CAST(:status AS text) = 'running'
    RETURNING instance_id
),
removed AS (
    DELETE FROM execution
    WHERE instance_id = CAST(:instance_id AS uuid) AND version = CAST(:version AS bigint)
      AND CAST(:status AS text) <> 'running'
    RETURNING instance_id
),
ended AS (
    UPDATE process_instance SET status = CAST(:status AS text), ended_at = CAST(:now AS timestamptz),
        variables = j->'variables'
    FROM step WHERE id = CAST(:instance_id AS uuid) AND CAST(:status AS text) <> 'running'
      AND CAST(:version AS bigint) > 0
    RETURNING id
),
closed_tasks AS (
    DELETE FROM user_task USING step, jsonb_array_elements_text(j->'closed_tasks') AS gone
    WHERE instance_id = CAST(:instance_id AS uuid) AND element_instance = gone::bigint
),
opened_tasks AS (
    INSERT INTO user_task (id, instance_id, element_instance, process_id, element_id, name, candidate_group,
        business_key, form_key, created_at, due_at, due_element_id, due_effect, due_basis)
    SELECT t.id, CAST(:instance_id AS uuid), t.element_instance, t.process_id, t.element_id, t.name,
        t.candidate_group, CAST(:business_key AS text), t.form_key, CAST(:now AS timestamptz), t.due_at,
        t.due_element_id, t.due_effect, NULLIF(t.due_basis, 'null'::jsonb)
    FROM step, jsonb_to_recordset(j->'opened_tasks') AS t(
        id uuid, element_instance bigint, process_id text, element_id text, name text, candidate_group text,
        form_key text, due_at timestamptz, due_element_id text, due_effect text, due_basis jsonb)
),
ended_timers AS (
    DELETE FROM timer USING step, jsonb_array_elements_text(j->'ended_timers') AS gone
    WHERE instance_id = CAST(:instance_id AS uuid) AND element_instance = gone::bigint
),
armed_timers AS (
    INSERT INTO timer (instance_id, element_instance, kind, element_id, name, due_at)
    SELECT CAST(:instance_id AS uuid), t.element_instance, 'event', t.element_id, t.name, t.due_at
    FROM step, jsonb_to_recordset(j->'armed_timers') AS t(
        element_instance bigint, element_id text, name text, due_at timestamptz)
    ON CONFLICT (instance_id, element_instance) DO UPDATE SET due_at = excluded.due_at
),
ended_messages AS (
    DELETE FROM message_subscription USING step, jsonb_array_elements_text(j->'ended_messages') AS gone
    WHERE instance_id = CAST(:instance_id AS uuid) AND element_instance = gone::bigint
),
awaited_messages AS (
    INSERT INTO message_subscription (instance_id, element_instance, element_id, message, business_key)
    SELECT CAST(:instance_id AS uuid), m.element_instance, m.element_id, m.message, CAST(:business_key AS text)
    FROM step, jsonb_to_recordset(j->'awaited_messages') AS m(
        element_instance bigint, element_id text, message text)
),
ended_services AS (
    DELETE FROM service_job USING step, jsonb_array_elements_text(j->'ended_services') AS gone
    WHERE instance_id = CAST(:instance_id AS uuid) AND element_instance = gone::bigint
),
called_services AS (
    INSERT INTO service_job (instance_id, element_instance, element_id, name, operation, arguments, created_at)
    SELECT CAST(:instance_id AS uuid), s.element_instance, s.element_id, s.name, s.operation, s.arguments,
        CAST(:now AS timestamptz)
    FROM step, jsonb_to_recordset(j->'called_services') AS s(
        element_instance bigint, element_id text, name text, operation text, arguments jsonb)
),
decided AS (
    INSERT INTO decision_record (instance_id, at, business_key, definition_id, process_id, element_id,
        element_instance, decision_id, inputs, outputs, rules)
    SELECT CAST(:instance_id AS uuid), CAST(:now AS timestamptz), CAST(:business_key AS text),
        CAST(:definition_id AS uuid), d.process_id, d.element_id, d.element_instance, d.decision_id,
        NULLIF(d.inputs, 'null'), d.outputs, d.rules
    FROM step, jsonb_to_recordset(j->'asked') AS d(
        process_id text, element_id text, element_instance bigint, decision_id text, inputs jsonb,
        outputs jsonb, rules jsonb)
),
recorded AS (
    INSERT INTO history_event (instance_id, at, kind, process_id, element_id, element_name, element_instance,
        task_id, actor_id, actor_name, data)
    SELECT CAST(:instance_id AS uuid), CAST(:now AS timestamptz), h.kind, h.process_id, h.element_id,
        h.element_name, h.element_instance, h.task_id, CAST(:actor_id AS text), CAST(:actor_name AS text), h.data
    FROM step, jsonb_to_recordset(j->'history') AS h(
        kind text, process_id text, element_id text, element_name text, element_instance bigint, task_id uuid,
        data jsonb)
),
deferred AS (
    SELECT procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW('engine', 'engine.call_service', 0, NULL, NULL,
            jsonb_build_object('instance_id', CAST(:instance_id AS uuid), 'element_instance', s.element_instance),
            NULL)::procrastinate_job_to_defer_v1
        FROM jsonb_to_recordset(j->'called_services') AS s(element_instance bigint))) AS ids
    FROM step WHERE jsonb_array_length(j->'called_services') > 0
),
kept AS (
    SELECT DISTINCT k.message FROM step, jsonb_to_recordset(j->'awaited_messages') AS m(message text)
    JOIN sent_message k ON k.message = m.message AND k.business_key = CAST(:business_key AS text)
),
handed_on AS (
    SELECT procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW('engine', 'engine.deliver_messages', 0, NULL, NULL,
            jsonb_build_object('message', message, 'business_key', CAST(:business_key AS text)),
            NULL)::procrastinate_job_to_defer_v1 FROM kept)) AS ids
    WHERE EXISTS (SELECT 1 FROM kept)
)
SELECT (SELECT count(*) FROM created) + (SELECT count(*) FROM advanced) + (SELECT count(*) FROM removed)
     + (SELECT count(*) FROM started) AS fenced,
    (SELECT count(*) FROM deferred) + (SELECT count(*) FROM handed_on) AS jobs
"""

# Moves due timers into the job queue, :batch of them to a job. SKIP LOCKED lets any number of
# workers promote at once; a timer that is promoted is gone from the table in the same transaction.
PROMOTE_TIMERS = """
WITH due AS (
    SELECT instance_id, element_instance FROM timer
    WHERE NOT held AND due_at <= CAST(:now AS timestamptz) ORDER BY due_at LIMIT CAST(:limit AS bigint) FOR UPDATE SKIP LOCKED
),
taken AS (
    DELETE FROM timer USING due
    WHERE timer.instance_id = due.instance_id AND timer.element_instance = due.element_instance
    RETURNING timer.instance_id, timer.element_instance, timer.kind, timer.due_at
),
numbered AS (SELECT *, (row_number() OVER (ORDER BY due_at) - 1) / CAST(:batch AS bigint) AS part FROM taken),
parts AS (
    SELECT part, jsonb_agg(jsonb_build_array(instance_id, element_instance, kind) ORDER BY due_at) AS timers
    FROM numbered GROUP BY part
)
SELECT (SELECT count(*) FROM taken) AS promoted,
    CASE WHEN EXISTS (SELECT 1 FROM parts) THEN procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW('engine', 'engine.fire_timers', 0, NULL, NULL, jsonb_build_object('timers', timers),
            NULL)::procrastinate_job_to_defer_v1
        FROM parts ORDER BY part)) END AS jobs
"""

DEFER_SERVICE = """
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('engine', 'engine.call_service', 0, NULL, NULL,
    jsonb_build_object('instance_id', CAST(:instance_id AS uuid), 'element_instance', CAST(:element_instance AS bigint)),
    NULL)::procrastinate_job_to_defer_v1])
"""

DEFER_DELIVERY = """
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('engine', CAST(:task AS text), 0, NULL, NULL, CAST(:arguments AS jsonb),
    NULL)::procrastinate_job_to_defer_v1])
"""

RECORD_INCIDENT = """
INSERT INTO incident (id, key, instance_id, business_key, process_id, element_id, element_name, kind, message,
    detail, command, occurred_at, last_at, count)
VALUES (:id, :key, :instance_id, :business_key, :process_id, :element_id, :element_name, :kind, :message,
    :detail, CAST(:command AS jsonb), :now, :now, 1)
ON CONFLICT (key) WHERE resolved_at IS NULL
DO UPDATE SET count = incident.count + 1, last_at = excluded.last_at, message = excluded.message,
    detail = excluded.detail, element_id = excluded.element_id, element_name = excluded.element_name,
    command = excluded.command
RETURNING id
"""
