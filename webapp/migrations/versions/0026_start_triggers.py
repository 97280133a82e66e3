"""What starts a version of a process from outside, and signals on their way to start one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "start_trigger",
        sa.Column(
            "definition_id",
            sa.Uuid(),
            sa.ForeignKey("process_definition.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column(
            "place",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="which of the event's definitions",
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="message or signal"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("definition_id", "element_id", "place"),
    )
    op.create_index("ix_start_trigger_match", "start_trigger", ["kind", "name"])
    op.add_column(
        "signal_delivery",
        sa.Column("process_id", sa.Text(), comment="of the instance that it starts"),
    )
    op.add_column(
        "signal_delivery",
        sa.Column("element_id", sa.Text(), comment="the start event that it triggers"),
    )
    op.add_column("signal_delivery", sa.Column("business_key", sa.Text()))
    op.alter_column("event_subscription", "kind", comment="signal or condition", existing_comment="signal")
    op.alter_column(
        "event_subscription",
        "name",
        comment="of the signal, or the condition",
        existing_comment="of the signal",
    )
