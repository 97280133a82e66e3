"""A book of buyers' coupons and points, and what a refund makes of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment", sa.Column("forfeited", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "ALTER TABLE payment ADD CONSTRAINT ck_payment_used_up_within_captured CHECK"
        " (forfeited >= 0 AND captured >= refunded_pending + refunded_succeeded + forfeited) NOT VALID"
    )
    op.add_column("refund_part", sa.Column("voucher_treatment", sa.Text(), nullable=True))
    op.add_column("refund_part", sa.Column("voucher_valid_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "voucher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("instrument IN ('coupon', 'points')", name="instrument_known"),
        sa.CheckConstraint("remaining >= 0", name="remaining_not_negative"),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("buyer_id", "instrument", "code"),
    )
    op.create_index(
        "ix_voucher_usable",
        "voucher",
        ["buyer_id", "valid_until", "id"],
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_table(
        "voucher_movement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=True),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('known', 'spent', 'returned', 'forfeited')", name="kind_known"),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index("ix_voucher_movement_buyer", "voucher_movement", ["buyer_id", "id"])
    op.create_index("ix_voucher_movement_voucher_id", "voucher_movement", ["voucher_id"])
    op.execute(
        "CREATE OR REPLACE TRIGGER voucher_movement_append_only BEFORE UPDATE OR DELETE ON voucher_movement"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE payment VALIDATE CONSTRAINT ck_payment_used_up_within_captured")
