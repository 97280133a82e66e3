"""Signals that instances wait for, and messages and signals on their way between instances."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_WITH_ZONE = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "event_subscription",
        sa.Column("instance_id", sa.Uuid(), sa.ForeignKey("process_instance.id"), nullable=False),
        sa.Column("element_instance", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="signal"),
        sa.Column("name", sa.Text(), nullable=False, comment="of the signal"),
        sa.PrimaryKeyConstraint("instance_id", "element_instance"),
    )
    op.create_index("ix_event_subscription_match", "event_subscription", ["kind", "name"])
    op.create_table(
        "sent_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("business_key", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("sent_at", _WITH_ZONE, nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False, comment="the instance that sent it"),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sent_message_match", "sent_message", ["message", "business_key", "id"])
    op.create_table(
        "signal_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("signal", sa.Text(), nullable=False),
        sa.Column(
            "places", postgresql.JSONB(), nullable=False, comment="the element instances that waited for it"
        ),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("sent_at", _WITH_ZONE, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_signal_delivery_instance", "signal_delivery", ["instance_id", "id"])
