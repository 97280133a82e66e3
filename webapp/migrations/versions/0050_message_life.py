"""A message may live as long as its sender says, and come from an operator instead of an instance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sent_message",
        sa.Column("expires_at", sa.DateTime(timezone=True), comment="its own; empty if it lives as any does"),
    )
    op.alter_column("sent_message", "sender_id", existing_type=sa.Uuid(), nullable=True)
    # Nothing has it yet, so that it is made at once.
    op.create_index(
        "ix_sent_message_expires",
        "sent_message",
        ["expires_at"],
        postgresql_where=sa.text("expired_at IS NULL AND expires_at IS NOT NULL"),
    )
    op.alter_column(
        "incident",
        "kind",
        existing_type=sa.Text(),
        existing_nullable=False,
        comment="step, service, stalled or unreadable",
        existing_comment="step, service or stalled",
    )
