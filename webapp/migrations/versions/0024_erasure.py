"""Erasure on request: who asked, how it was answered, and content that has still to be deleted."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE erasure_request (
            id uuid NOT NULL CONSTRAINT pk_erasure_request PRIMARY KEY,
            account_id uuid NOT NULL CONSTRAINT fk_erasure_request_account_id_account REFERENCES account (id),
            asked_at timestamptz NOT NULL,
            words text NOT NULL DEFAULT '',
            status text NOT NULL DEFAULT 'waiting',
            answered_at timestamptz,
            answered_by text,
            refusal text NOT NULL DEFAULT '',
            done_at timestamptz,
            files bigint NOT NULL DEFAULT 0,
            messages bigint NOT NULL DEFAULT 0,
            CONSTRAINT ck_erasure_request_status_known
                CHECK (status IN ('waiting', 'accepted', 'done', 'refused', 'withdrawn')),
            CONSTRAINT ck_erasure_request_refused_with_reason CHECK ((status = 'refused') = (refusal <> ''))
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX uq_erasure_request_open ON erasure_request (account_id)
            WHERE status IN ('waiting', 'accepted')
    """)
    op.execute("CREATE INDEX ix_erasure_request_account ON erasure_request (account_id, asked_at)")
    op.execute("CREATE INDEX ix_erasure_request_status ON erasure_request (status, asked_at)")
    op.execute("""
        CREATE TABLE content_to_delete (
            storage_key text NOT NULL CONSTRAINT pk_content_to_delete PRIMARY KEY,
            since timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX ix_evidence_uploader ON evidence (uploaded_by) WHERE erased_at IS NULL")
    op.execute("CREATE INDEX ix_case_message_author ON case_message (author_id) WHERE erased_at IS NULL")
