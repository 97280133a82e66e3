"""Returned goods are inspected line by line; units that were set aside are settled by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from processes.append_only import trigger_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, default in (("round", "1"), ("resends", "0")):
        op.add_column(
            "goods_return", sa.Column(name, sa.BigInteger(), server_default=default, nullable=False)
        )
    op.add_column("goods_return", sa.Column("corrected_at", sa.DateTime(timezone=True)))
    op.add_column("case_line", sa.Column("accepted", sa.BigInteger()))
    # Checked in a second step, which lets others read and write meanwhile.
    op.execute(
        "ALTER TABLE case_line ADD CONSTRAINT ck_case_line_accepted_within"
        " CHECK (accepted BETWEEN 0 AND quantity) NOT VALID"
    )
    op.execute("ALTER TABLE case_line VALIDATE CONSTRAINT ck_case_line_accepted_within")
    op.create_table(
        "return_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("return_no", sa.Text(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(kind, sa.BigInteger(), nullable=False)
            for kind in ("good", "damaged", "wrong_item", "missing", "unproven")
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "good >= 0 AND damaged >= 0 AND wrong_item >= 0 AND missing >= 0 AND unproven >= 0",
            name=op.f("ck_return_finding_counts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["return_no"],
            ["goods_return.return_no"],
            name=op.f("fk_return_finding_return_no_goods_return"),
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_line.id"],
            name=op.f("fk_return_finding_order_line_id_order_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_finding")),
        sa.UniqueConstraint(
            "return_no",
            "round",
            "order_line_id",
            name=op.f("uq_return_finding_return_no_round_order_line_id"),
        ),
    )
    op.execute(trigger_sql("return_finding"))
    for name in ("actor_id", "actor_name", "note"):
        op.add_column("stock_movement", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_stock_item_set_aside",
        "stock_item",
        ["variant_id"],
        postgresql_where=sa.text("quarantine > 0 OR inspect > 0"),
    )
