"""Indexes that find incidents by what they say and by their process."""

from __future__ import annotations

from webapp.migrations.concurrently import create_index

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pairs = "incident USING gin (search_pairs(lower(message))) WITH (gin_pending_list_limit = 256)"
    create_index("ix_incident_open_message", f"{pairs} WHERE resolved_at IS NULL")
    create_index("ix_incident_resolved_message", f"{pairs} WHERE resolved_at IS NOT NULL")
    create_index("ix_incident_open_process", "incident (process_id, id) WHERE resolved_at IS NULL")
    create_index("ix_incident_resolved_process", "incident (process_id, id) WHERE resolved_at IS NOT NULL")
