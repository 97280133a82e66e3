"""Tracking events that came before their parcel, and wait for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_tracking_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking_no", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("shops", postgresql.JSONB(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expired_at", sa.DateTime(timezone=True)),
        sa.Column("refusal", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_tracking_event")),
        sa.UniqueConstraint(
            "source",
            "carrier",
            "tracking_no",
            "event_id",
            name=op.f("uq_kept_tracking_event_source_carrier_tracking_no_event_id"),
        ),
    )
    for name, state in (("waiting", "IS NULL"), ("expired", "IS NOT NULL")):
        op.create_index(
            f"ix_kept_tracking_event_{name}",
            "kept_tracking_event",
            ["received_at", "id"],
            postgresql_where=sa.text(f"expired_at {state}"),
        )
