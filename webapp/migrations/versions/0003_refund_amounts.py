"""An agreed amount for a case, what a refund withholds, and the order in which tenders are used up.

The database itself holds from now on that refunds give back no more than their payments have,
and that the parts of each refund add up to it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECKS = (
    ("cancellation_case", "agreed_amount_not_negative", "agreed_amount >= 0"),
    ("refund", "withheld_within", "withheld BETWEEN 0 AND deducted"),
    ("refund_line", "withheld_within", "withheld BETWEEN 0 AND amount"),
)

TRIGGERS = """
CREATE OR REPLACE FUNCTION refuse_refund_beyond_captured() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF (SELECT sum(p.amount) FROM refund_part p WHERE p.payment_id = NEW.payment_id)
        > (SELECT captured FROM payment WHERE id = NEW.payment_id)
    THEN
        RAISE EXCEPTION USING
            MESSAGE = 'refund ' || NEW.refund_no || ' gives back more than its payment has left',
            ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER refund_part_within_captured
AFTER INSERT OR UPDATE OF amount, payment_id ON refund_part
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_refund_beyond_captured();

CREATE OR REPLACE FUNCTION refuse_refund_parts_that_differ() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT r.amount FROM refund r WHERE r.refund_no = NEW.refund_no)
        <> (SELECT coalesce(sum(p.amount), 0) FROM refund_part p WHERE p.refund_no = NEW.refund_no)
    THEN
        RAISE EXCEPTION USING
            MESSAGE = 'the parts of refund ' || NEW.refund_no || ' do not add up to it',
            ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER refund_parts_add_up AFTER INSERT OR UPDATE OF amount ON refund
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_refund_parts_that_differ();
"""


def upgrade() -> None:
    op.add_column("cancellation_case", sa.Column("agreed_amount", sa.BigInteger(), nullable=True))
    op.add_column("shop", sa.Column("tender_order", sa.Text(), nullable=True))
    for table in ("refund", "refund_line"):
        op.add_column(table, sa.Column("withheld", sa.BigInteger(), nullable=False, server_default="0"))
    for table, name, condition in CHECKS:
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({condition}) NOT VALID")
    # Several statements and dollar quotes: sent as they are, without parameters.
    op.get_bind().connection.cursor().execute(TRIGGERS.encode())
    with op.get_context().autocommit_block():
        # Reads the tables without keeping anybody from writing to them.
        for table, name, _ in CHECKS:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_{name}")
