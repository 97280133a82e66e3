"""Indexes for the record of commands: what was commanded on one instance among all of the history, and on many."""

from __future__ import annotations

from webapp.migrations.concurrently import create_index

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_COMMANDED = (
    "kind IN ('suspended', 'resumed', 'job_suspended', 'job_resumed', 'cancel_requested', 'incident_retried',"
    " 'step_skipped', 'variables_edited', 'tokens_changed', 'restarted')"
)


def upgrade() -> None:
    for name, first in (("", ""), ("_actor", "actor_id, "), ("_kind", "kind, ")):
        create_index(f"ix_history_event_command{name}", f"history_event ({first}at, id) WHERE {_COMMANDED}")
    for name, first in (("", ""), ("_actor", "actor_id, "), ("_kind", "command, ")):
        create_index(f"ix_command_record_at{name}", f"command_record ({first}at, id)")
