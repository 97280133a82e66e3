"""Indexes for overdue orders: workers find them at once, and none is offered twice."""

from __future__ import annotations

from webapp.migrations.concurrently import create_index

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        "uq_cancellation_offer_without_parcel",
        "cancellation_offer (order_id, reason) WHERE shipment_id IS NULL",
        unique=True,
    )
    create_index(
        "ix_customer_order_overdue",
        "customer_order (promised_ship_by, id)"
        " WHERE overdue_told_at IS NULL AND state IN ('paid', 'picking', 'partly_shipped')",
    )
