"""Messages that nobody has taken expire, and are looked for by name and business key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sent_message",
        sa.Column("expired_at", sa.DateTime(timezone=True), comment="since then nobody gets it any more"),
    )
    for name, state in (("kept", "IS NULL"), ("expired", "IS NOT NULL")):
        op.create_index(
            f"ix_sent_message_{name}",
            "sent_message",
            ["sent_at", "id"],
            postgresql_where=sa.text(f"expired_at {state}"),
        )
    op.create_index("ix_sent_message_name", "sent_message", ["message", "sent_at", "id"])
    op.create_index("ix_sent_message_key", "sent_message", ["business_key", "sent_at", "id"])
    op.create_index("ix_command_record_command", "command_record", ["command", "id"])
