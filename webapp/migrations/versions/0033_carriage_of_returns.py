"""Carriage that buyers pay themselves: what they paid, what they got back, and credits in their wallets."""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

WIDENED = {
    "voucher": ("instrument", "instrument_known", "'coupon', 'points', 'balance'"),
    "voucher_movement": (
        "kind",
        "kind_known",
        "'known', 'spent', 'returned', 'forfeited', 'credited'",
    ),
}


def upgrade() -> None:
    for column in ("paid", "limit", "given"):
        op.execute(f"ALTER TABLE goods_return ADD COLUMN carriage_{column} bigint NOT NULL DEFAULT 0")
    op.execute("""
        ALTER TABLE goods_return ADD CONSTRAINT ck_goods_return_carriage_within
            CHECK (carriage_limit >= 0 AND carriage_given BETWEEN 0 AND carriage_paid) NOT VALID
    """)
    op.execute("ALTER TABLE goods_return VALIDATE CONSTRAINT ck_goods_return_carriage_within")
    for table, (column, name, known) in WIDENED.items():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({column} IN ({known})) NOT VALID"
        )
        # It allows more than before: validating reads the table, and lets others write meanwhile.
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_{name}")
