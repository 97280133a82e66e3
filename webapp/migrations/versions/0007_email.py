"""E-mail: where people want it, about what, and the letters that go out."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE email_address (
            account_id uuid NOT NULL CONSTRAINT pk_email_address PRIMARY KEY
                CONSTRAINT fk_email_address_account_id_account REFERENCES account (id),
            address text NOT NULL,
            asked_at timestamptz NOT NULL,
            confirmed_at timestamptz,
            refused text
        )
    """)
    op.execute("""
        CREATE TABLE email_preference (
            account_id uuid NOT NULL CONSTRAINT fk_email_preference_account_id_account REFERENCES account (id),
            topic text NOT NULL,
            wanted boolean NOT NULL,
            CONSTRAINT pk_email_preference PRIMARY KEY (account_id, topic),
            CONSTRAINT ck_email_preference_topic_known
                CHECK (topic IN ('action', 'decision', 'money', 'goods', 'message'))
        )
    """)
    op.execute("""
        CREATE TABLE email_delivery (
            id uuid NOT NULL CONSTRAINT pk_email_delivery PRIMARY KEY,
            kind text NOT NULL,
            account_id uuid NOT NULL CONSTRAINT fk_email_delivery_account_id_account REFERENCES account (id),
            notification_id uuid CONSTRAINT uq_email_delivery_notification_id UNIQUE
                CONSTRAINT fk_email_delivery_notification_id_notification REFERENCES notification (id),
            address text NOT NULL,
            status text NOT NULL DEFAULT 'waiting',
            attempts bigint NOT NULL DEFAULT 0,
            next_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL,
            sent_at timestamptz,
            last_error text,
            CONSTRAINT ck_email_delivery_kind_known CHECK (kind IN ('notification', 'confirmation')),
            CONSTRAINT ck_email_delivery_status_known CHECK (status IN ('waiting', 'sent', 'failed')),
            CONSTRAINT ck_email_delivery_about_something
                CHECK ((kind = 'notification') = (notification_id IS NOT NULL))
        )
    """)
    op.execute("CREATE INDEX ix_email_delivery_due ON email_delivery (next_at) WHERE status = 'waiting'")
    op.execute("CREATE INDEX ix_email_delivery_failed ON email_delivery (created_at) WHERE status = 'failed'")
    op.execute("CREATE INDEX ix_email_delivery_account ON email_delivery (account_id, created_at)")
