"""Retries of many incidents, with their progress."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "retry_batch",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("filters", JSONB(), nullable=False, comment="which incidents"),
        sa.Column("bound", sa.Uuid(), nullable=False, comment="the newest incident when it was asked for"),
        sa.Column("status", sa.Text(), nullable=False, comment="running, waiting, stopped or done"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_name", sa.Text(), nullable=False),
        sa.Column("round", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("cursor", sa.Uuid(), comment="the last incident of this round"),
        sa.Column("due_at", instant, comment="when the next round begins"),
        sa.Column(
            "total", sa.BigInteger(), nullable=False, comment="how many there were when it was asked for"
        ),
        sa.Column("retried", sa.BigInteger(), server_default="0", nullable=False, comment="with success"),
        sa.Column(
            "failed", sa.BigInteger(), server_default="0", nullable=False, comment="again, in this round"
        ),
        sa.Column("ended_at", instant),
        sa.Column("ended_name", sa.Text(), comment="who stopped it"),
        sa.Column("ended_reason", sa.Text()),
    )
    op.create_index(
        "ix_retry_batch_due_at", "retry_batch", ["due_at"], postgresql_where=sa.text("status = 'waiting'")
    )
