"""The shops' record: first answers of cases, and what is counted for each shop.

Cases that were decided before get their first answers when the record is counted for the
first time: a worker does that by itself, ``./tuidan record`` at once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CHECKS = (
    ("first_answer_known", "first_answer IN ('agree', 'refuse', 'offer', 'timeout')"),
    ("first_answer_when", "(first_answer IS NULL) = (first_answer_at IS NULL)"),
    ("own_decision_known", "own_decision IN ('agree', 'refuse')"),
)

COUNTED = (
    "answered", "overrun", "decided", "agreed", "closed", "at_fault", "ratings", "stars", "refunds",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("cancellation_case", sa.Column("first_answer", sa.Text(), nullable=True))
    op.add_column(
        "cancellation_case", sa.Column("first_answer_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("cancellation_case", sa.Column("own_decision", sa.Text(), nullable=True))
    for name, condition in CHECKS:
        op.execute(
            f"ALTER TABLE cancellation_case ADD CONSTRAINT ck_cancellation_case_{name} "
            f"CHECK ({condition}) NOT VALID"
        )
    op.create_table(
        "shop_day",
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_counted(),
        sa.Column("seconds", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id", "day"),
    )
    op.create_index("ix_shop_day_day", "shop_day", ["day"])
    op.create_table(
        "shop_window",
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        *_counted(),
        sa.Column("median", sa.Integer(), nullable=True),
        sa.Column("slowest_tenth", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("days", "shop_id"),
    )
    op.create_table(
        "record_state",
        sa.Column("id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
        sa.PrimaryKeyConstraint("id"),
    )
    # Not concurrently: machines that start together wait for each other inside a transaction,
    # which such an index would wait for in turn.
    for name, column in (("first_answer", "first_answer_at"), ("closed", "closed_at")):
        op.create_index(
            f"ix_cancellation_case_{name}",
            "cancellation_case",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    with op.get_context().autocommit_block():
        # Reads the table without keeping anybody from writing to it.
        for name, _ in CHECKS:
            op.execute(f"ALTER TABLE cancellation_case VALIDATE CONSTRAINT ck_cancellation_case_{name}")


def _counted() -> list[sa.Column[object]]:
    return [
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTED),
        sa.Column("refunded", postgresql.JSONB(), nullable=False),
    ]
