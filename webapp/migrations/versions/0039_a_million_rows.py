"""Indexes that keep lists and searches at their cost: cases by what is in them, instances of a version."""

from __future__ import annotations

from alembic import op

from webapp.migrations.concurrently import create_index

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE OR REPLACE FUNCTION search_pairs(words text) RETURNS text[]
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
            SELECT coalesce(array_agg(DISTINCT substr(words, n, 2)), '{}')
              FROM generate_series(1, length(words) - 1) AS n
        $$
    """)
    create_index(
        "ix_cancellation_case_search",
        "cancellation_case USING gin (search_pairs(search_text)) WITH (gin_pending_list_limit = 256)",
    )
    create_index("ix_process_instance_definition", "process_instance (definition_id, id)")
    create_index("ix_incident_resolved", "incident (id) WHERE resolved_at IS NOT NULL")
