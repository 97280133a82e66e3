"""Counter-offers, exchanges, refusals as they reached the buyer; a case can be settled or exchanged.

The checks on existing tables are widened: the new ones are added without looking at the rows,
which takes a short lock, and are validated without one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATUSES = (
    "open", "awaiting_seller", "offered", "exchanging", "refused", "awaiting_return", "return_in_transit",
    "in_dispute", "intercepting", "refunding", "refunded", "closed", "withdrawn",
)  # fmt: skip
OUTCOMES = (
    "refunded", "closed_unpaid", "ineligible", "refusal_accepted", "refusal_stood", "ruled_for_seller",
    "withdrawn", "return_lapsed", "return_rejected", "delivered_anyway", "settled", "exchanged",
)  # fmt: skip
DIRECTIONS = ("outbound", "return", "exchange")


def upgrade() -> None:
    op.create_table(
        "case_offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by", sa.Text(), nullable=False),
        sa.Column("offered_by_name", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('amount', 'return_first', 'exchange')", name="kind_known"),
        sa.CheckConstraint("answer IN ('accepted', 'declined', 'lapsed')", name="answer_known"),
        sa.CheckConstraint("(kind = 'amount') = (amount IS NOT NULL)", name="amount_of_its_kind"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_when"),
        sa.ForeignKeyConstraint(["case_no"], ["cancellation_case.case_no"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_no", "number", name="uq_case_offer_number"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_table(
        "case_exchange",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking_no", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(sent_at IS NULL) = (tracking_no = '')", name="sent_with_number"),
        sa.ForeignKeyConstraint(["case_no"], ["cancellation_case.case_no"]),
        sa.PrimaryKeyConstraint("case_no"),
    )
    op.create_table(
        "refusal_delivery",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("read_at IS NULL OR read_at >= delivered_at", name="read_after_delivery"),
        sa.ForeignKeyConstraint(["case_no"], ["cancellation_case.case_no"]),
        sa.PrimaryKeyConstraint("case_no", "decided_at"),
    )
    _widen("cancellation_case", "ck_cancellation_case_status_known", "status", STATUSES)
    _widen("cancellation_case", "ck_cancellation_case_outcome_known", "outcome", OUTCOMES)
    _widen("shipment", "ck_shipment_direction_known", "direction", DIRECTIONS)


def _widen(table: str, name: str, column: str, values: tuple[str, ...]) -> None:
    known = ", ".join(f"'{value}'" for value in values)
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({known})) NOT VALID")
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
