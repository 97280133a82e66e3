"""Units that a shop has and didn't accept, and what becomes of them."""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE refused_goods (
            case_no text NOT NULL CONSTRAINT pk_refused_goods PRIMARY KEY
                CONSTRAINT fk_refused_goods_case_no_cancellation_case
                REFERENCES cancellation_case (case_no),
            lines jsonb NOT NULL,
            counted_at timestamptz NOT NULL,
            way text,
            chosen_at timestamptz,
            lapsed boolean NOT NULL,
            carrier text NOT NULL,
            tracking_no text NOT NULL,
            sent_at timestamptz,
            read_at timestamptz,
            acknowledged_at timestamptz,
            unconfirmed_at timestamptz,
            CONSTRAINT ck_refused_goods_way_known CHECK (way IN ('back', 'leave')),
            CONSTRAINT ck_refused_goods_settled_when CHECK ((way IS NULL) = (chosen_at IS NULL)),
            CONSTRAINT ck_refused_goods_sent_with_number CHECK ((sent_at IS NULL) = (tracking_no = ''))
        )
    """)
    op.execute("ALTER TABLE shipment DROP CONSTRAINT ck_shipment_direction_known")
    op.execute("""
        ALTER TABLE shipment ADD CONSTRAINT ck_shipment_direction_known
            CHECK (direction IN ('outbound', 'return', 'exchange', 'refused')) NOT VALID
    """)
    # It allows more than before: validating reads the table, and lets others write meanwhile.
    op.execute("ALTER TABLE shipment VALIDATE CONSTRAINT ck_shipment_direction_known")
