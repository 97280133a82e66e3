"""Versions of decision tables, and what-if runs that can be stopped, deleted and watched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision_version",
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of its conditions and answers"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deployed_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "version"),
        sa.UniqueConstraint("decision_id", "digest"),
    )
    op.add_column(
        "decision_record",
        sa.Column("digest", sa.Text(), nullable=True, comment="of the table; none from before it was kept"),
    )
    op.alter_column("what_if", "status", comment="running, stopped, done or deleted")
    op.add_column("what_if", sa.Column("first_id", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        "what_if",
        sa.Column("versions", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
    )
    op.add_column("what_if", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_what_if_asked_at", "what_if", ["asked_at"])
    op.add_column("what_if_change", sa.Column("digest", sa.Text(), nullable=True))
