"""Replaying a changed decision table over past decisions."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE what_if (
            id uuid NOT NULL CONSTRAINT pk_what_if PRIMARY KEY,
            decision_id text NOT NULL,
            file_name text NOT NULL,
            text text NOT NULL,
            asked_at timestamptz NOT NULL,
            asked_by text NOT NULL,
            asked_name text NOT NULL,
            since timestamptz NOT NULL,
            status text NOT NULL,
            last_id bigint NOT NULL,
            cursor bigint NOT NULL DEFAULT 0,
            replayed bigint NOT NULL DEFAULT 0,
            changed bigint NOT NULL DEFAULT 0,
            unrecorded bigint NOT NULL DEFAULT 0,
            unanswered bigint NOT NULL DEFAULT 0,
            without_record bigint NOT NULL DEFAULT 0
        )
    """)
    op.execute("COMMENT ON COLUMN what_if.status IS 'running or done'")
    op.execute("""
        CREATE TABLE what_if_change (
            what_if_id uuid NOT NULL CONSTRAINT fk_what_if_change_what_if_id_what_if REFERENCES what_if (id),
            record_id bigint NOT NULL,
            business_key text NOT NULL,
            shop_id uuid,
            reason text,
            currency text,
            amount bigint,
            before jsonb NOT NULL,
            after jsonb,
            CONSTRAINT pk_what_if_change PRIMARY KEY (what_if_id, record_id)
        )
    """)
