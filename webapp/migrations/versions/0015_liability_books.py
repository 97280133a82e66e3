"""The books of who bears what of each case, and when a shop was closed or paid out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TRIGGERS = """
CREATE OR REPLACE FUNCTION refuse_unbalanced_liability() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM liability_posting WHERE entry_id = NEW.entry_id
        GROUP BY currency HAVING count(*) < 2 OR sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'liability entry ' || NEW.entry_id || ' is not balanced', ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER liability_posting_balanced AFTER INSERT ON liability_posting
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_liability();

CREATE OR REPLACE TRIGGER liability_entry_append_only BEFORE UPDATE OR DELETE ON liability_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE TRIGGER liability_posting_append_only BEFORE UPDATE OR DELETE ON liability_posting
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.add_column("shop", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("customer_order", sa.Column("paid_out_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "liability_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cancellation_case.case_no"]),
        sa.ForeignKeyConstraint(["reverses"], ["liability_entry.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_no", "number"),
        sa.UniqueConstraint("reverses"),
    )
    op.create_table(
        "liability_posting",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(collation="C"), nullable=False),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
        sa.ForeignKeyConstraint(["entry_id"], ["liability_entry.id"]),
        sa.PrimaryKeyConstraint("entry_id", "position"),
    )
    op.create_index(
        "ix_liability_posting_account",
        "liability_posting",
        ["account", "currency", "at", "entry_id", "position"],
        postgresql_include=["amount"],
    )
    # Several statements and dollar quotes: sent as they are, without parameters.
    op.get_bind().connection.cursor().execute(TRIGGERS.encode())
