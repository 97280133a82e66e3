"""Closings of the books of liability by day, and what their last check has found."""

from __future__ import annotations

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE liability_closing (
            account text COLLATE "C" NOT NULL,
            currency text NOT NULL,
            until timestamptz NOT NULL,
            amount bigint NOT NULL,
            CONSTRAINT pk_liability_closing PRIMARY KEY (account, currency, until)
        )
    """)
    op.execute("""
        CREATE TABLE liability_state (
            id bigint NOT NULL CONSTRAINT pk_liability_state PRIMARY KEY,
            closed_until timestamptz,
            checked_at timestamptz,
            findings jsonb NOT NULL,
            CONSTRAINT ck_liability_state_one_row CHECK (id = 1)
        )
    """)
    # Not concurrently: that would wait for machines that wait for this migration. Nothing can be posted
    # while it is built, which takes a second for a million postings.
    op.execute("CREATE INDEX ix_liability_posting_at ON liability_posting (at)")
