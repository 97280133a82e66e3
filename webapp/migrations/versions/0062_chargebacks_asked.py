"""Charge-backs say when their provider was asked, and those that nobody watches are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp.migrations.concurrently import create_index

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chargeback", sa.Column("asked_at", sa.DateTime(timezone=True)))
    create_index(
        "ix_chargeback_unwatched", "chargeback (opened_at, id) WHERE status = 'open' AND NOT watched"
    )
