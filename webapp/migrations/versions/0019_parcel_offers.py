"""Offers that lapse and are taken, parcels that stall, and carriers that report by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("valid_until", "lapsed_at"):
        op.add_column("cancellation_offer", sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column("cancellation_offer", sa.Column("case_no", sa.Text()))
    # Checked in a second step, which lets others read and write meanwhile.
    for name, rule in (
        (
            "fk_cancellation_offer_case_no_cancellation_case",
            "FOREIGN KEY (case_no) REFERENCES cancellation_case (case_no)",
        ),
        ("ck_cancellation_offer_taken_or_lapsed", "CHECK (case_no IS NULL OR lapsed_at IS NULL)"),
    ):
        op.execute(f"ALTER TABLE cancellation_offer ADD CONSTRAINT {name} {rule} NOT VALID")
        op.execute(f"ALTER TABLE cancellation_offer VALIDATE CONSTRAINT {name}")
    op.add_column("shipment", sa.Column("stalled_at", sa.DateTime(timezone=True)))
    op.create_table(
        "carrier_feed",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("carriers", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_carrier_feed")),
    )
