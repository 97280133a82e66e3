"""What orders are searched by; workers write it for the orders that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer_order", sa.Column("search_text", sa.Text(), server_default="", nullable=False))
