"""Offers to cancel say why they ended, and how often they were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

ENDS = "'in_case', 'moving', 'lost', 'delivered', 'returned', 'shipped', 'cancelled', 'completed', 'expired'"


def upgrade() -> None:
    op.add_column(
        "cancellation_offer", sa.Column("made", sa.BigInteger(), nullable=False, server_default="1")
    )
    op.add_column("cancellation_offer", sa.Column("ended_by", sa.Text()))
    # Checked in a second step, which lets others read and write meanwhile.
    for name, rule in (
        ("ck_cancellation_offer_end_known", f"CHECK (ended_by IN ({ENDS}))"),
        ("ck_cancellation_offer_ended_when", "CHECK (ended_by IS NULL OR lapsed_at IS NOT NULL)"),
        ("ck_cancellation_offer_made_not_negative", "CHECK (made >= 0)"),
    ):
        op.execute(f"ALTER TABLE cancellation_offer ADD CONSTRAINT {name} {rule} NOT VALID")
        op.execute(f"ALTER TABLE cancellation_offer VALIDATE CONSTRAINT {name}")
    # Until now they were only hidden. Those whose time is up are ended by a worker, as they will be.
    op.execute("""
        UPDATE cancellation_offer f
        SET lapsed_at = coalesce(o.cancelled_at, o.completed_at, now()),
            ended_by = CASE o.state WHEN 'cancelled' THEN 'cancelled' ELSE 'completed' END
        FROM customer_order o
        WHERE o.id = f.order_id AND o.state IN ('cancelled', 'completed')
          AND f.lapsed_at IS NULL AND f.case_no IS NULL
    """)
    op.execute("""
        UPDATE cancellation_offer f
        SET ended_by = CASE
            WHEN f.shipment_id IS NULL THEN 'shipped'
            WHEN (SELECT s.state FROM shipment s WHERE s.id = f.shipment_id) = 'returned' THEN 'returned'
            ELSE 'delivered' END
        WHERE f.lapsed_at IS NOT NULL AND f.ended_by IS NULL
    """)
