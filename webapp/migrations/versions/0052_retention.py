"""When the details of an instance were removed that had ended long ago."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "process_instance",
        sa.Column(
            "details_removed_at",
            sa.DateTime(timezone=True),
            comment="since then its history names no elements that it only came by",
        ),
    )
