"""The sums of what-if runs, kept beside them; those of runs that are there are added up once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "what_if_sum",
        sa.Column("what_if_id", sa.Uuid(), nullable=False),
        sa.Column("grouped_by", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("cases", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["what_if_id"], ["what_if.id"], name="fk_what_if_sum_what_if_id_what_if"),
        sa.PrimaryKeyConstraint("what_if_id", "grouped_by", "group_key", "currency", name="pk_what_if_sum"),
    )
    op.create_index("ix_what_if_sum_largest", "what_if_sum", ["what_if_id", "grouped_by", "amount"])
    op.execute("""
        INSERT INTO what_if_sum (what_if_id, grouped_by, group_key, currency, cases, amount)
        SELECT what_if_id, grouped_by, group_key, coalesce(currency, ''), count(*), coalesce(sum(amount), 0)
        FROM (SELECT DISTINCT ON (what_if_id, business_key) * FROM what_if_change
              ORDER BY what_if_id, business_key, record_id) first
        CROSS JOIN LATERAL (VALUES
            ('', ''), ('shop', coalesce(shop_id::text, '')), ('reason', coalesce(reason, ''))
        ) groups (grouped_by, group_key)
        GROUP BY what_if_id, grouped_by, group_key, coalesce(currency, '')
    """)
