"""Values that outlive the instances that read and write them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_store",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False, comment="as it was deployed last"),
        sa.Column("capacity", sa.BigInteger(), comment="how many entries it may have, as deployed last"),
        sa.Column("value", postgresql.JSONB()),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="how often it was written"),
        sa.Column("written_at", sa.DateTime(timezone=True)),
        sa.Column("written_by", sa.Uuid(), comment="the instance that wrote it last"),
        sa.Column("element_id", sa.Text(), comment="where it did so"),
    )
