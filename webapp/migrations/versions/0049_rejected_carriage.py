"""Carriage of returns: by the shop's label, and of what wasn't accepted."""

from __future__ import annotations

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

CHECKS = {
    "labelled_not_negative": "labelled_units >= 0",
    "rejected_payer_known": "rejected_payer IN ('', 'buyer', 'seller', 'platform')",
}


def upgrade() -> None:
    op.execute("ALTER TABLE goods_return ADD COLUMN labelled_units bigint NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE goods_return ADD COLUMN rejected_payer text NOT NULL DEFAULT ''")
    for name, condition in CHECKS.items():
        op.execute(
            f"ALTER TABLE goods_return ADD CONSTRAINT ck_goods_return_{name} CHECK ({condition}) NOT VALID"
        )
        # What is there has the defaults: validating reads the table, and lets others write meanwhile.
        op.execute(f"ALTER TABLE goods_return VALIDATE CONSTRAINT ck_goods_return_{name}")
