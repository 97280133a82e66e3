"""An index by which a what-if finds where in the past it begins."""

from __future__ import annotations

from webapp.migrations.concurrently import create_index

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("ix_decision_record_at", "decision_record (decision_id, at, id)")
