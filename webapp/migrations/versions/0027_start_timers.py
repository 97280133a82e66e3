"""When the clock starts an instance of a released version next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "start_timer",
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
        sa.Column("due_at", sa.DateTime(timezone=True), comment="empty when no instant is left"),
        sa.Column("cycle", postgresql.JSONB(), comment="its rhythm; empty for a date"),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="which of the rhythm's instants is due"),
        sa.PrimaryKeyConstraint("definition_id", "element_id", "place"),
    )
    op.create_index("ix_start_timer_due_at", "start_timer", ["due_at"])
    op.alter_column(
        "start_trigger",
        "kind",
        comment="message, signal, date or cycle",
        existing_comment="message or signal",
    )
    op.alter_column(
        "start_trigger",
        "name",
        comment="of the message or signal, or the instant or rhythm",
        existing_comment=None,
    )
