"""A case keeps how its refund was worked out when it was asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "cancellation_case",
        sa.Column("estimate", postgresql.JSONB(), nullable=False, server_default="[]"),
    )
