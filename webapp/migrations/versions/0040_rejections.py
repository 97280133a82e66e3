"""Rejected returns are delivered and read like refused requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refusal_delivery", sa.Column("kind", sa.Text(), nullable=False, server_default="request"))
    op.create_check_constraint("kind_known", "refusal_delivery", "kind IN ('request', 'return')")
