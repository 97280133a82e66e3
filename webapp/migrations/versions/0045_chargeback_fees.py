"""What payment providers charge for charge-backs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chargeback_fee",
        sa.Column("chargeback_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("bearer", sa.Text(), nullable=False),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.ForeignKeyConstraint(["chargeback_id"], ["chargeback.id"]),
        sa.PrimaryKeyConstraint("chargeback_id", "currency"),
    )
