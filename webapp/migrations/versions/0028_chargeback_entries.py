"""Charge-backs in the books of who bears what: entries about them, and their own numbers for pages."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # There are few charge-backs: that the table is written anew takes no time.
    op.execute("ALTER TABLE chargeback ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid()")
    op.execute("ALTER TABLE chargeback ADD COLUMN watched boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE chargeback ADD CONSTRAINT uq_chargeback_id UNIQUE (id)")
    op.execute("CREATE INDEX ix_chargeback_opened ON chargeback (opened_at, id)")
    op.execute("CREATE INDEX ix_chargeback_status ON chargeback (status, opened_at, id)")
    op.execute("ALTER TABLE liability_entry ALTER COLUMN case_no DROP NOT NULL")
    op.execute(
        "ALTER TABLE liability_entry ADD COLUMN chargeback_id uuid"
        " CONSTRAINT fk_liability_entry_chargeback_id_chargeback REFERENCES chargeback (id)"
    )
    op.execute("""
        ALTER TABLE liability_entry ADD CONSTRAINT ck_liability_entry_about_one
            CHECK (num_nonnulls(case_no, chargeback_id) = 1) NOT VALID
    """)
    # What is there is about cases: validating reads the table, and lets others write meanwhile.
    op.execute("ALTER TABLE liability_entry VALIDATE CONSTRAINT ck_liability_entry_about_one")
    op.execute(
        "ALTER TABLE liability_entry"
        " ADD CONSTRAINT uq_liability_entry_chargeback_id_number UNIQUE (chargeback_id, number)"
    )
