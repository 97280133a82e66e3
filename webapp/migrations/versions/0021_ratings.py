"""What buyers think of how cases were handled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_rating",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by", sa.Text(), server_default="", nullable=False),
        sa.Column("hidden_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("hidden_reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="stars_known"),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_with_words"),
        sa.CheckConstraint("(hidden_at IS NULL) = (hidden_reason = '')", name="hidden_with_reason"),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["case_no"], ["cancellation_case.case_no"]),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("case_no"),
    )
    op.create_index("ix_case_rating_shop", "case_rating", ["shop_id", "rated_at", "case_no"])
    op.create_index("ix_case_rating_latest", "case_rating", ["rated_at", "case_no"])
