"""Offers to cancel what a shop hasn't shipped in time: no parcel stands behind them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("cancellation_offer", "shipment_id", nullable=True)
    op.add_column("customer_order", sa.Column("overdue_told_at", sa.DateTime(timezone=True)))
