"""From which ended instance an instance was started again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instance_restart",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("restarted_from", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name="fk_instance_restart_instance_id_process_instance"
        ),
        sa.ForeignKeyConstraint(
            ["restarted_from"],
            ["process_instance.id"],
            name="fk_instance_restart_restarted_from_process_instance",
        ),
        sa.PrimaryKeyConstraint("instance_id", name="pk_instance_restart"),
    )
    op.create_index("ix_instance_restart_restarted_from", "instance_restart", ["restarted_from"])
