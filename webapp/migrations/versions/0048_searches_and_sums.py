"""Indexes for searching orders, for finding those that can't be searched yet, and for cases in what-if runs."""

from __future__ import annotations

from webapp.migrations.concurrently import create_index

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        "ix_customer_order_search",
        "customer_order USING gin (search_pairs(search_text)) WITH (gin_pending_list_limit = 256)",
    )
    create_index("ix_customer_order_unsearched", "customer_order (id) WHERE search_text = ''")
    create_index("ix_what_if_change_case", "what_if_change (what_if_id, business_key)")
