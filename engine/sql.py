"""The runtime's own SQL; what saves a step is in ``saving``.

Each is constant whatever the size of the process, so that the server plans it once.
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
    command = CASE WHEN excluded.command->'owed' IS NULL THEN excluded.command ELSE jsonb_set(
        excluded.command, '{owed}', COALESCE(incident.command->'owed', '{}') || (excluded.command->'owed')) END
RETURNING id
"""
