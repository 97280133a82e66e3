"""What people may start in an open ad-hoc subprocess.

Instances whose ad-hoc subprocess is open already get their rows with their next step.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("element_instance", sa.BigInteger(), nullable=False, comment="of the subprocess"),
        sa.Column(
            "process_id", sa.Text(), nullable=False, comment="the subprocess, which draws the activity"
        ),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("candidate_group", sa.Text(), nullable=False),
        sa.Column("business_key", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False, comment="no other keeps it from being started"),
        sa.Column(
            "begun",
            sa.BigInteger(),
            nullable=False,
            comment="how often it was started while the subprocess is open",
        ),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "held",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="its instance is suspended",
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name=op.f("fk_activity_choice_instance_id_process_instance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_choice")),
        sa.UniqueConstraint(
            "instance_id",
            "element_instance",
            "element_id",
            name=op.f("uq_activity_choice_instance_id_element_instance_element_id"),
        ),
    )
    op.create_index(
        "ix_activity_choice_inbox",
        "activity_choice",
        ["candidate_group", "offered_at", "id"],
        postgresql_where=sa.text("enabled AND NOT held"),
    )
    op.create_index("ix_activity_choice_business_key", "activity_choice", ["business_key"])
