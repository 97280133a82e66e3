"""Indexes that lead to what is old, and to what has just failed."""

from __future__ import annotations

from webapp.migrations.concurrently import create_index

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        "ix_process_instance_detailed", "process_instance (ended_at) WHERE details_removed_at IS NULL"
    )
    create_index("ix_notification_read_at", "notification (read_at) WHERE read_at IS NOT NULL")
    create_index("ix_notification_unread_at", "notification (created_at) WHERE read_at IS NULL")
    create_index("ix_email_delivery_sent", "email_delivery (created_at) WHERE status = 'sent'")
    create_index("ix_incident_open_since", "incident (occurred_at) WHERE resolved_at IS NULL")
