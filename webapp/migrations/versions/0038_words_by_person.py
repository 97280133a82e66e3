"""Indexes by which a person's cases are found, and what was told of a case."""

from __future__ import annotations

from webapp.migrations.concurrently import create_index

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("ix_case_event_actor", "case_event (actor_id, case_no)")
    create_index("ix_notification_link", "notification (link)")
