"""Erasing all words of a person: what may be erased in tables that are only appended to, and what was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ERASABLE = (("case_event", "params"), ("dispute_statement", "text"), ("dispute_appeal", "text"))


def upgrade() -> None:
    op.execute("""
        CREATE OR REPLACE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'UPDATE' OR current_setting('tuidan.erasing', true) IS DISTINCT FROM 'on'
               OR (TG_LEVEL = 'ROW' AND to_jsonb(NEW) - TG_ARGV <> to_jsonb(OLD) - TG_ARGV) THEN
                RAISE EXCEPTION USING
                    MESSAGE = 'table ' || TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END
        $$
    """)
    for table, column in ERASABLE:
        op.execute(
            f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_erasure()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_words_only BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure('{column}')"
        )
    op.add_column("erasure_request", sa.Column("cases", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "erased_case",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["case_no"], ["cancellation_case.case_no"]),
        sa.ForeignKeyConstraint(["request_id"], ["erasure_request.id"]),
        sa.PrimaryKeyConstraint("account_id", "case_no"),
    )
