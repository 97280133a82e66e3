"""An index of the offers to cancel that stand, by when their time is up."""

from __future__ import annotations

from webapp.migrations.concurrently import create_index

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        "ix_cancellation_offer_expiring",
        "cancellation_offer (valid_until) WHERE lapsed_at IS NULL AND case_no IS NULL",
    )
