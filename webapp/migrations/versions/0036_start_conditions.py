"""Starts by conditions over data stores, and by durations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "start_condition",
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
        sa.Column("stores", postgresql.ARRAY(sa.Text()), nullable=False, comment="those that it reads"),
        sa.Column("held", sa.Boolean(), nullable=False, comment="when it was looked at last"),
        sa.PrimaryKeyConstraint("definition_id", "element_id", "place"),
    )
    op.create_index("ix_start_condition_stores", "start_condition", ["stores"], postgresql_using="gin")
    op.alter_column(
        "start_trigger",
        "kind",
        comment="message, signal, condition, date, cycle or duration",
        existing_comment="message, signal, date or cycle",
    )
    op.alter_column(
        "start_trigger",
        "name",
        comment="of the message or signal, the condition, or the timer's text",
        existing_comment="of the message or signal, or the instant or rhythm",
    )
