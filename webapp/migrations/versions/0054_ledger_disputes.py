"""Payments that buyers pretend to dispute at their banks, at the embedded gateway."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_dispute",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("payment_no", sa.Text(), nullable=False),
        sa.Column("payment_reference", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'lost', 'cleared')", name="status_known"),
        sa.CheckConstraint("amount > 0 AND fee >= 0", name="amounts_right"),
        sa.PrimaryKeyConstraint("reference"),
    )
