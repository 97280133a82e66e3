"""The conversation in a case: messages in order, their files, who has read up to where."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEEP_MESSAGE = """
CREATE OR REPLACE FUNCTION keep_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.text = ''
        AND to_jsonb(NEW) - ARRAY['text', 'erased_at'] = to_jsonb(OLD) - ARRAY['text', 'erased_at'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        MESSAGE = 'table case_message is append-only', ERRCODE = 'restrict_violation';
END
$$
"""

KEEP_MESSAGE_TRIGGER = (
    "CREATE OR REPLACE TRIGGER case_message_kept BEFORE UPDATE OR DELETE ON case_message "
    "FOR EACH ROW EXECUTE FUNCTION keep_message()"
)

SIDES = "side IN ('buyer', 'seller', 'platform')"


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cancellation_case.case_no"]),
        sa.PrimaryKeyConstraint("case_no"),
    )
    op.create_table(
        "case_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(SIDES, name="side_known"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.ForeignKeyConstraint(["case_no"], ["conversation.case_no"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_no", "number", name="uq_case_message_number"),
        sa.UniqueConstraint("case_no", "author_id", "key", name="uq_case_message_key"),
    )
    op.execute(KEEP_MESSAGE)
    op.execute(KEEP_MESSAGE_TRIGGER)
    op.create_table(
        "case_message_file",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["case_message.id"]),
        sa.PrimaryKeyConstraint("message_id", "evidence_id"),
    )
    op.create_table(
        "case_message_read",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(SIDES, name="side_known"),
        sa.ForeignKeyConstraint(["case_no"], ["conversation.case_no"]),
        sa.PrimaryKeyConstraint("case_no", "reader_id"),
    )
