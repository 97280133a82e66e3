"""Hearings that are sealed while they go on, rulings in part, and appeals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from processes.append_only import trigger_sql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CHECKS = {
    "ruling_known": "ruling IN ('buyer', 'partial', 'seller')",
    "amount_if_partial": "(ruling = 'partial') = (amount IS NOT NULL)",
    "amount_positive": "amount > 0",
}


def upgrade() -> None:
    for column in (
        sa.Column("hearing", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("hearing_opened_at", sa.DateTime(timezone=True)),
        sa.Column("sealed", sa.Boolean(), server_default=sa.false(), nullable=False),
    ):
        op.add_column("dispute", column)
    op.add_column(
        "dispute_statement", sa.Column("hearing", sa.BigInteger(), server_default="0", nullable=False)
    )
    for column in (
        sa.Column("amount", sa.BigInteger()),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.Column("keep_goods", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("on_appeal", sa.Boolean(), server_default=sa.false(), nullable=False),
    ):
        op.add_column("dispute_ruling", column)
    op.execute("ALTER TABLE dispute_ruling DROP CONSTRAINT ck_dispute_ruling_ruling_known")
    # Checked in a second step, which lets others read and write meanwhile.
    for name, check in CHECKS.items():
        op.execute(
            f"ALTER TABLE dispute_ruling ADD CONSTRAINT ck_dispute_ruling_{name} CHECK ({check}) NOT VALID"
        )
        op.execute(f"ALTER TABLE dispute_ruling VALIDATE CONSTRAINT ck_dispute_ruling_{name}")
    op.create_table(
        "dispute_appeal",
        sa.Column("ruling_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.CheckConstraint("side IN ('buyer', 'seller')", name=op.f("ck_dispute_appeal_side_known")),
        sa.ForeignKeyConstraint(
            ["ruling_id"], ["dispute_ruling.id"], name=op.f("fk_dispute_appeal_ruling_id_dispute_ruling")
        ),
        sa.PrimaryKeyConstraint("ruling_id", "side", name=op.f("pk_dispute_appeal")),
    )
    op.execute(trigger_sql("dispute_appeal"))
