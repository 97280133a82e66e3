"""Versions that were removed, and tokens with which analysts' tools deploy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    column = sa.Column("retired_at", instant, comment="since then nobody can choose it")
    op.add_column("process_definition", column)
    op.create_table(
        "deploy_token",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("issued_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_deploy_token_account_id_account"),
        sa.PrimaryKeyConstraint("account_id", name="pk_deploy_token"),
        sa.UniqueConstraint("token_hash", name="uq_deploy_token_token_hash"),
    )
